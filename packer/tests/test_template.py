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


def test_validate_allThatAnApplicationMaySay_isValid(packer, tmp_path):
    changes = {
        "exclude": '["tests","**/*.map"]',
        "build_packages": '["gcc","python3-dev"]',
        "tasks_file": "/somewhere/image/tasks.yml",
        "outgoing_ports": "[6379,5432]",
        "writable_memory": "true",
        "system_calls": '["@resources","mlock"]',
        "bake_environment": '{"DATABASE_URL":"postgresql://nobody:\\"x\\"@localhost/%20"}',
        "start_in_bake": "false",
        "health_check_path": "/up?deep=1",
        "health_check_matcher": "200-299,301",
        "architecture": "arm64",
    }
    packer.run("validate", *arguments(tmp_path, **changes), env=NOWHERE)


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
        ("exclude", '["/etc"]'),
        ("build_packages", '["gcc -y"]'),
        ("tasks_file", "image/tasks.yml"),
        ("outgoing_ports", "[0]"),
        ("outgoing_ports", "[1.5]"),
        ("system_calls", '["~@clock"]'),
        ("bake_environment", '{"9":"x"}'),
        ("health_check_path", "health"),
        ("health_check_matcher", "2xx"),
        ("architecture", "arm"),
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
