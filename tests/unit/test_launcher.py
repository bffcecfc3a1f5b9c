"""The launcher keeps the JVM's classes in a file for faster starts: it is made by itself, used, and never in the way."""

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Seconds within which the file is made on a machine that has much else to do, where 120 were too few; two or three where it has not.
MADE_WITHIN = 300


def version(cache: Path, **variables: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "AMI_DEPLOY_RUN": "host", **variables}
    return subprocess.run(
        [ROOT / "ami-deploy", "--version"], env=environment, capture_output=True, text=True, check=True
    )


def archives(cache: Path) -> list[Path]:
    """What is made, and not there before."""
    return sorted(file for file in (cache / "ami-deploy" / "cds").glob("*.jsa") if not file.name.endswith("-1.jsa"))


def made(cache: Path) -> Path:
    deadline = time.monotonic() + MADE_WITHIN
    while not archives(cache):
        assert time.monotonic() < deadline, f"nothing was made in {cache}"
        time.sleep(0.2)
    return archives(cache)[0]


def of_this_jar() -> str:
    """What the names of its class data begin with, of whatever state of it."""
    java = Path(shutil.which("java", path=f"{ROOT}/.tools/bin:{os.environ['PATH']}")).resolve()
    said = subprocess.run(
        ["cksum"], input=f"{ROOT}/cli/target/ami-deploy.jar\n{java}\n", capture_output=True, text=True, check=True
    )
    return said.stdout.split()[0]


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """A cache that four first runs at once have filled, where there was class data of an older jar, and some that was not used."""
    directory = tmp_path_factory.mktemp("cache")
    for name, days in ((f"{of_this_jar()}-1.jsa", 0), ("1-1.jsa", 32), ("2-1.jsa", 28)):
        file = directory / "ami-deploy" / "cds" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (time.time() - days * 86400,) * 2)
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda _: version(directory), range(4)))
    assert {run.stdout for run in runs} == {"ami-deploy 1.0.0\n"}
    made(directory)
    return directory


def test_classData_isUsed(cache: Path, tmp_path: Path):
    log = tmp_path / "classes"

    version(cache, JAVA_TOOL_OPTIONS=f"-Xlog:class+load:file={log}")

    main = [line for line in log.read_text().splitlines() if " io.jenkins.plugins.amideploy.cli.Main " in line]
    assert len(main) == 1
    assert main[0].endswith("source: shared objects file (top)")


def test_classData_isMadeOnceByRunsAtOnce(cache: Path):
    assert len(archives(cache)) == 1


def test_classDataThatIsBroken_isNotUsedAndSaysNothing(cache: Path, tmp_path: Path):
    broken = tmp_path / "ami-deploy" / "cds" / archives(cache)[0].name
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"something else" * 1000)

    run = version(tmp_path)

    assert (run.stdout, run.stderr) == ("ami-deploy 1.0.0\n", "")


def test_classDataOfAnOlderJar_goesWhenNewIsMade_andWhatNobodyStartedForAMonth(cache: Path):
    assert [file.name for file in archives(cache)[0].parent.glob("*-1.jsa")] == ["2-1.jsa"]


def test_cacheThatCannotBeWritten_isNoTrouble(tmp_path: Path):
    (tmp_path / "ami-deploy").write_text("a file in the way")

    run = version(tmp_path)

    assert (run.stdout, run.stderr) == ("ami-deploy 1.0.0\n", "")


def test_distribution_runsFromElsewhereThroughALinkAndWritesNothingIntoItself(cache: Path, tmp_path: Path):
    """As ``make dist`` lays it out: the jar beside the launcher, no sources."""
    unpacked = tmp_path / "ami-deploy-1.0.0"
    (unpacked / "lib").mkdir(parents=True)
    shutil.copy(ROOT / "ami-deploy", unpacked)
    shutil.copy2(ROOT / "cli" / "target" / "ami-deploy.jar", unpacked / "lib")
    for part in ("ansible", "packer", "terraform"):
        shutil.copytree(ROOT / part, unpacked / part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    before = sorted(unpacked.rglob("*"))
    link = tmp_path / "bin" / "ami-deploy"
    link.parent.mkdir()
    link.symlink_to(unpacked / "ami-deploy")
    shop = tmp_path / "shop"
    (shop / "environments").mkdir(parents=True)
    (shop / "environments" / "prod.pkrvars.hcl").write_text(
        'app = "shop"\nenvironment = "prod"\nregion = "us-east-1"\n'
    )
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "terraform").write_text("#!/bin/sh\npwd >>terraform-was-here\nexit 1\n")
    (programs / "terraform").chmod(0o755)

    # Without class data: making it takes longer than a command.
    run = subprocess.run(
        [link, "plan", "-e", "prod", "--image-id", "ami-1", "--local-state"],
        cwd=shop,
        env=os.environ
        | {"XDG_CACHE_HOME": os.devnull, "AMI_DEPLOY_RUN": "host"}
        | {"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )

    assert "terraform" in run.stderr, run.stderr
    copies = list((shop / ".work" / "recipes").iterdir())
    assert [(copy / "terraform" / "terraform-was-here").exists() for copy in copies] == [True]
    assert sorted(unpacked.rglob("*")) == before
