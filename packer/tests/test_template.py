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


def test_validate_demo_isValid(packer, tmp_path):
    packer.run("validate", *arguments(tmp_path), env=NOWHERE)


@pytest.mark.parametrize("name", ["amazon-linux-2023", "debian-12"])
def test_validate_eachBase_isValid(packer, tmp_path, name):
    packer.run("validate", *arguments(tmp_path, base_image=name), env=NOWHERE)


def test_validate_ownNetwork_isValid(packer, tmp_path):
    packer.run("validate", *arguments(tmp_path, vpc_id="vpc-1", subnet_ids='["subnet-1","subnet-2"]'), env=NOWHERE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("app", "Web"),
        ("environment", "x"),
        ("region", "mars"),
        ("base_image", "windows"),
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
    assert f"The {name} must be" in result.stdout + result.stderr


def test_fmt_hasNothingToChange(packer):
    for directory in ("packer", "environments"):
        packer.run("fmt", "-check", "-diff", str(ROOT / directory))
