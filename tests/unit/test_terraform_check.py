"""terraform/check.tf must list every variable, or a bad value of one would be found only after the bake."""

import re
from pathlib import Path

TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"


def test_check_listsEveryVariable():
    declared = [
        name
        for file in TERRAFORM.glob("variables*.tf")
        for name in re.findall(r'(?m)^variable "(\w+)"', file.read_text())
    ]
    listed = re.findall(r"var\.(\w+)", (TERRAFORM / "check.tf").read_text())
    assert sorted(listed) == sorted(declared)
