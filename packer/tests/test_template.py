"""The template by Packer's own checks, without an AWS."""

import pytest
from conftest import ROOT, arguments

# validate asks for credentials and does not use them; an address that never answers proves it.
NOWHERE = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "PKR_VAR_builder_cidr": "",
}


@pytest.mark.parametrize("layer", [{"layer": "base", "base_baked_at": ""}, {"layer": "application"}])
def test_validate_eachLayer_isValid(packer, tmp_path, layer):
    packer.run("validate", *arguments(tmp_path, **layer), env=NOWHERE)


def test_validate_ownNetworkAndPackages_isValid(packer, tmp_path):
    changes = {
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_id": "subnet-0123456789abcdef0",
        "packages": '["libpq5","gcc"]',
    }
    packer.run("validate", *arguments(tmp_path, **changes), env=NOWHERE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("app", "Web"),
        ("environment", "x"),
        ("region", "mars"),
        ("layer", "middle"),
        ("fingerprint", "0123"),
        ("source_ami", "debian-12"),
        ("ssh_username", "Admin!"),
        ("base_baked_at", "yesterday"),
        ("instance_type", "small"),
        ("vpc_id", "main"),
        ("subnet_id", "public"),
        ("packages", '["-y"]'),
        ("tags", '{"ami-deploy:app":"mine"}'),
        ("commit", ""),
        ("app_version", ""),
        ("build", ""),
        ("manifest_path", ""),
        ("application_dir", "webapp"),
        ("poll_seconds", "0"),
        ("builder_cidr", "everybody"),
        ("expires_at", "tomorrow"),
        ("work_dir", "relative"),
        ("image_name", "?"),
        ("dead_man_minutes", "1"),
    ],
)
def test_validate_badValue_namesTheVariable(packer, tmp_path, name, value):
    if packer.name != "current":
        pytest.skip("validation rules are among what is taken out for Packer before 1.7")
    result = packer.run("validate", *arguments(tmp_path, **{name: value}), env=NOWHERE, check=False)
    assert result.returncode == 1
    assert f"The {name} must " in result.stdout + result.stderr


def test_fmt_hasNothingToChange(packer):
    for directory in ("packer", "environments"):
        packer.run("fmt", "-check", "-diff", str(ROOT / directory))
