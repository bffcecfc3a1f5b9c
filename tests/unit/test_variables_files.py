"""Terraform itself reads every way to write a variable as variables-files.json says: VariablesFileTest holds our reader to the same table."""

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "src/test/resources/io/jenkins/plugins/amideploy/engine/variables-files.json"
CASES = json.loads(TABLE.read_text(encoding="utf-8"))
#: Processes of Terraform beside each other; one takes a third of a second.
BESIDE = 2
#: Seconds that one may take.
PATIENCE = 120


def ask(case, directory):
    """What Terraform has for `a`; None where it refuses the file."""
    directory.mkdir()
    (directory / "main.tf").write_text('variable "a" {\n  type    = any\n  default = null\n}\n')
    file = directory / "a.tfvars"
    file.write_bytes(case["text"].encode(case.get("encoding", "utf-8")))
    said = subprocess.run(
        ["terraform", "console", f"-var-file={file}"],
        input="jsonencode(var.a)\n",
        cwd=directory,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE,
    )
    return (said.returncode, said.stdout, said.stderr)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    if not shutil.which("terraform"):
        pytest.skip("needs terraform")
    root = tmp_path_factory.mktemp("variables")
    with ThreadPoolExecutor(BESIDE) as pool:
        return list(pool.map(ask, CASES, (root / str(number) for number in range(len(CASES)))))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_table_isWhatTerraformReads(answers, number):
    case = CASES[number]
    code, out, err = answers[number]
    if "refused" in case:
        assert (code, "Error:" in err + out) == (1, True), out
    else:
        assert code == 0, err + out
        # The console shows the text that jsonencode makes.
        assert json.loads(json.loads(out)) == case["value"]
