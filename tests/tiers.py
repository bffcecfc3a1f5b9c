"""The test tiers: what each runs, and what counts as one test of it.

A tier is a function that yields ``Check``s, commands that pass or fail as a whole, or commands that leave JUnit XML
reports behind, whose cases are counted one by one. What this machine cannot have is yielded as a skip with its reason
and printed before the last line, which is ``N passed, N failed, N skipped`` over all tiers. Before that stands where the
time went, check by check.

    tests/run                 every tier, side by side, see ``EARLY`` and ``LONG``
    tests/run quick           lint and unit, their checks side by side: the inner loop
    tests/run lint unit       only these, one after the other
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".work" / "test-reports"
#: The logs of the embedded AWS' worlds of this run.
WORLDS = REPORTS / "worlds"
VENV = ROOT / ".tools" / "venv" / "bin"
LOCAL_PYTHON = ROOT / "local" / ".venv" / "bin" / "python"

#: Tests of the whole way that are tiers of their own, so that they can run beside the others.
RELEASES = ("tests/embedded/test_releases.py",)
RECORDS = ("tests/embedded/test_unlock.py", "tests/embedded/test_orphans.py", "tests/embedded/test_prune.py")
SHARING = ("tests/embedded/test_shared_images.py", "tests/embedded/test_takeover.py")
APPLICATIONS = ("tests/embedded/test_applications.py", "tests/embedded/test_application_refusals.py")
DEPLOYMENT = ("tests/embedded/test_whole_way.py",)

#: A test of the embedded AWS' records that runs Terraform and waits for a refresh.
OTHER_CLIENTS = "local/tests/test_other_clients.py"
#: Waits for health checks and time-outs most of its time.
FORWARDING = "local/tests/test_elb_forwarding.py"

#: Seconds after which what still runs is ended, so that what hangs is named: whoever waits for the run would end all of it after 90 min.
LIMIT = 80 * 60
#: The same where there is a Jenkins, whose tests take an hour by themselves.
JENKINS_LIMIT = 180 * 60
#: Seconds for one test with what it stands on. The longest, whose images are baked first, take 12 min on a computer that is not slow.
TEST_LIMIT = 40 * 60
#: The same on virtual machines, where the first test has the base layer baked, and in Jenkins.
LONG_TEST_LIMIT = 65 * 60

#: How Maven says that an artifact is not to be had.
UNRESOLVED = ("Non-resolvable", "Could not find artifact", "Could not transfer", "Could not resolve")


@dataclass(frozen=True)
class Check:
    """One command of a tier. With ``reports`` its JUnit XML cases are counted, otherwise it counts as one test."""

    name: str
    command: list[str]
    reports: Path | None = None
    cwd: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    #: Seconds since the run's begin after which it is ended.
    until: float = field(default_factory=lambda: LIMIT)


@dataclass(frozen=True)
class Skip:
    """Something that this machine cannot run, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Time:
    """When a check ran, in seconds since the first one began, how long, and what it computed.

    ``processor``: seconds of processor of its processes, without those of services that run beside (Docker's containers, an
    embedded AWS).
    """

    tier: str
    check: str
    begun: float
    seconds: float
    processor: float


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    times: list[Time] = field(default_factory=list)
    #: What the times are counted from.
    begun: float = field(default_factory=time.monotonic)
    skipped: list[Skip] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    #: Held while something is counted or printed: checks may run side by side.
    lock: threading.Lock = field(default_factory=threading.Lock)


def tracked(*patterns: str) -> list[str]:
    """The files that git knows and that match one of the patterns."""
    listing = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return listing.stdout.split()


def pytest(
    name: str,
    python: Path | str,
    tests: str,
    *arguments: str,
    env: dict[str, str] | None = None,
    limit: int = TEST_LIMIT,
) -> Check:
    """``limit``: seconds for one test with what it stands on; then it fails, and says where each of its threads was."""
    report = REPORTS / name
    command = [str(python), "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit2"]
    command += [f"--timeout={limit}", f"--junitxml={report}/pytest.xml"]
    return Check(name, [*command, *arguments, tests], report, env=env or {})


def shell_scripts() -> list[str]:
    return [
        file
        for file in tracked()
        if (ROOT / file).is_file()
        and (ROOT / file).open("rb").read(64).startswith((b"#!/usr/bin/env bash", b"#!/bin/sh", b"#!/bin/bash"))
    ]


def terraform_environment() -> dict[str, str]:
    """Where the provider cannot be downloaded, an unpacked one that the machine carries serves it."""
    config = subprocess.run(
        [str(ROOT / "tools" / "terraform-mirror")], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    environment = {"TF_DATA_DIR": str(ROOT / ".work" / "test" / "terraform")}
    return environment | ({"TF_CLI_CONFIG_FILE": config} if config else {})


def lint() -> Iterator[Check | Skip]:
    """Formatters and linters of every language, in checking mode."""
    yield Check("ruff check", [str(VENV / "ruff"), "check", "."])
    yield Check("ruff format", [str(VENV / "ruff"), "format", "--check", "."])
    yield Check("shellcheck", ["shellcheck", *shell_scripts()])
    yield Check(
        "ansible-lint", [str(VENV / "ansible-lint"), "--offline", "--profile", "production"], cwd=ROOT / "ansible"
    )
    yield Check("checkov", [str(ROOT / "tools" / "checkov" / "run")])
    yield Check("terraform fmt", ["terraform", "fmt", "-check", "-recursive", "-diff", "terraform"])
    yield Check("packer fmt", ["packer", "fmt", "-check", "-diff", "packer"])
    pages = 'for page in environments examples/*/environments; do packer fmt -check -diff "$page" || exit 1; done'
    yield Check("packer fmt environments", ["bash", "-c", pages])
    yield Check("spotless", ["mvn", "-q", "-B", "-f", "format.pom.xml", "spotless:check"])
    yield Check(
        "no symbolic link (a shared library must not have one)", ["bash", "-c", "! git ls-files -s | grep ^120000"]
    )


def unit() -> Iterator[Check | Skip]:
    """Rules, parsers and operations without any service."""
    maven = ["mvn", "-q", "-B", "-f", "cli/pom.xml"]
    yield Check("java, compiled", [*maven, "package", "-DskipTests"])
    # Without compiling again: others run what was compiled.
    reports = REPORTS / "java"
    tests = [*maven, "surefire:test", "-DexcludedGroups=embedded", f"-Dreports={reports}"]
    yield Check("java", tests, reports)
    yield pytest("test tools", VENV / "python", "tests/unit")
    yield pytest("embedded AWS, what balancers forward", LOCAL_PYTHON, FORWARDING)
    records = ("-m", "not docker", f"--ignore={OTHER_CLIENTS}", f"--ignore={FORWARDING}")
    yield pytest("embedded AWS, records only", LOCAL_PYTHON, "local/tests", *records)
    yield pytest("webapp", VENV / "python", "webapp/tests", "-W", "error")
    yield pytest(
        "causes and cures, their lists", LOCAL_PYTHON, "tests/causes/test_catalogue.py", "tests/causes/test_cures.py"
    )


def infrastructure() -> Iterator[Check | Skip]:
    """The infrastructure code by its own tool, and other people's on the embedded AWS."""
    environment = terraform_environment()
    directory = ROOT / "terraform"
    reports = REPORTS / "terraform"
    yield Check(
        "terraform init", ["terraform", "init", "-backend=false", "-input=false"], cwd=directory, env=environment
    )
    yield Check("terraform validate", ["terraform", "validate"], cwd=directory, env=environment)
    yield Check(
        "terraform test",
        ["terraform", "test", f"-junit-xml={reports}/tests.xml"],
        reports,
        cwd=directory,
        env=environment,
    )
    yield pytest("other people's Terraform on the embedded AWS", LOCAL_PYTHON, OTHER_CLIENTS)


def packer() -> Iterator[Check | Skip]:
    """The template by Packer itself, and bakes in containers."""
    yield pytest("packer", LOCAL_PYTHON, "packer/tests")


def embedded() -> Iterator[Check | Skip]:
    """The embedded AWS itself."""
    yield pytest("embedded AWS, machines", LOCAL_PYTHON, "local/tests", "-m", "docker")


def adapter() -> Iterator[Check | Skip]:
    """What talks to AWS, against the embedded one."""
    reports = REPORTS / "java embedded"
    yield Check("AWS adapter and rollouts", [str(ROOT / "tests" / "java-embedded"), str(reports)], reports)


def causes() -> Iterator[Check | Skip]:
    """One failure of each family by its name."""
    yield pytest("causes of failure", LOCAL_PYTHON, "tests/causes/test_families.py")


def deployment() -> Iterator[Check | Skip]:
    """The whole deploy, redeploy, self-heal, failure and destroy against the embedded AWS."""
    yield pytest("whole way", LOCAL_PYTHON, *DEPLOYMENT)


def refusals() -> Iterator[Check | Skip]:
    """A deployment that is refused or interrupted, the tooling image, and the images that test runs keep."""
    apart = (f"--ignore={file}" for file in DEPLOYMENT + RELEASES + RECORDS + SHARING + APPLICATIONS)
    yield pytest("refusals and aborts", LOCAL_PYTHON, "tests/embedded", *apart)


def releases() -> Iterator[Check | Skip]:
    """Releases on the embedded AWS: recorded, promoted, gone back to."""
    yield pytest("releases", LOCAL_PYTHON, *RELEASES)


def records() -> Iterator[Check | Skip]:
    """What needs no machine: a lock or a state of a run that was ended by force, what the state does not know, images thrown away."""
    yield pytest("records", LOCAL_PYTHON, *RECORDS)


def sharing() -> Iterator[Check | Skip]:
    """Images that several environments run while others come and go, and stacks that another version of the recipes takes over."""
    yield pytest("sharing", LOCAL_PYTHON, *SHARING)


def torture() -> Iterator[Check | Skip]:
    """Runs that are ended at a call, and AWS that throttles, on records only: nothing is lost."""
    yield pytest("points of make torture", LOCAL_PYTHON, "tests/torture/test_points.py")


def applications() -> Iterator[Check | Skip]:
    """Applications in repositories of their own, deployed by the distribution: served, configured, scaled, refused."""
    yield pytest("applications", LOCAL_PYTHON, *APPLICATIONS)


def vm() -> Iterator[Check | Skip]:
    """The whole way on virtual machines: SELinux enforcing, the reboot inside the bake, no IPv6.

    Without KVM a quarter of an hour, twice to three times that with a new base layer.
    """
    lacks = [
        tool for tool in ("qemu-system-x86_64", "qemu-img", "mkfs.ext4", "debootstrap", "ip") if not shutil.which(tool)
    ]
    if os.geteuid() != 0:
        yield Skip("whole way on virtual machines", "networks and disks are made as root")
    elif lacks:
        yield Skip("whole way on virtual machines", f"{', '.join(lacks)} not installed and not to be had by make tools")
    else:
        # Its log is shown: what the machines say on their consoles is in it. Their emulation is one thread, which others wait for at the end
        # where it has to bake the base layer: it gets three times the share of a session of others.
        check = pytest("whole way on virtual machines", LOCAL_PYTHON, "tests/vm", "-s", limit=LONG_TEST_LIMIT)
        yield replace(check, command=["nice", "-n", "-5", *check.command])


def jenkins() -> Iterator[Check | Skip]:
    """The plugin in a real Jenkins, where the Jenkins project's artifacts are to be had."""
    resolve = ["./mvnw", "-q", "-B", "-ntp", "dependency:resolve"]
    resolved = subprocess.run(resolve, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    output = resolved.stdout + resolved.stderr
    if resolved.returncode and any(words in output for words in UNRESOLVED):
        yield Skip(
            "plugin in a real Jenkins", "the Jenkins project's Maven repository does not answer: " + first_error(output)
        )
        return
    verify = ["./mvnw", "-q", "-B", "-ntp", "verify", "-DexcludedGroups=embedded"]
    yield Check("plugin", verify, ROOT / "target" / "surefire-reports", until=JENKINS_LIMIT)
    check = pytest("whole way in Jenkins", LOCAL_PYTHON, "tests/jenkins", limit=LONG_TEST_LIMIT)
    yield replace(check, until=JENKINS_LIMIT)


def first_error(output: str) -> str:
    lines = [line.removeprefix("[ERROR] ") for line in output.splitlines() if line.startswith("[ERROR]")]
    return lines[0][:200] if lines else "no message"


TIERS: dict[str, Callable[[], Iterator[Check | Skip]]] = {
    "lint": lint,
    "unit": unit,
    "infrastructure": infrastructure,
    "packer": packer,
    "embedded": embedded,
    "adapter": adapter,
    "causes": causes,
    "deployment": deployment,
    "refusals": refusals,
    "vm": vm,
    "releases": releases,
    "records": records,
    "applications": applications,
    "sharing": sharing,
    "torture": torture,
    "jenkins": jenkins,
}


#: Tiers whose checks share nothing, the longest first.
QUICK = ("unit", "lint")

#: Tiers that wait more than they compute. These need nothing of what the quick tiers compile and begin with them.
EARLY = ("jenkins", "embedded")

#: These begin as soon as that is compiled, what waits longest first; none of them shares a build directory with another.
LONG = (
    *("vm", "sharing", "applications", "deployment", "releases", "torture", "adapter"),
    *("records", "refusals", "infrastructure", "packer", "causes"),
)

#: How many of them run at once: with fewer the processors are idle, with more the machines get too slow for their health checks.
AT_ONCE = 7

#: Terraform and Packer live for seconds: not to collect their garbage costs memory, and a fifth less of processor. What the worlds were asked and
#: what went wrong inside them outlives them.
FOR_TESTS = {"GOGC": "off", "GOMEMLIMIT": "2GiB", "AMI_DEPLOY_LOCAL_LOGS": str(WORLDS)}
#: Shows the requests that the worlds' servers failed at, with where in their code; at least one world has been there. Not what went wrong beside
#: requests: an engine answers so when two worlds remove one image at once.
INSIDE = [
    "bash",
    "-c",
    'compgen -G "$0/*-world.log" >/dev/null && ! grep -A 40 " ERROR embedded_aws.server" "$0"/*-world.log',
    str(WORLDS),
]


def run(tier: str, check: Check, count: Count, log: Path | None) -> None:
    """Runs one command and adds what it counted. Its output passes through, or is shown from ``log`` at its end."""
    if check.reports:
        shutil.rmtree(check.reports, ignore_errors=True)
        check.reports.mkdir(parents=True)
    print(f"--- {check.name}", flush=True)
    started = time.monotonic()
    status, processor = execute(check, log, count.begun + check.until - started)
    seconds = time.monotonic() - started
    with count.lock:
        count.times.append(Time(tier, check.name, started - count.begun, seconds, processor))
        if log:
            print(f"--- {check.name}: its output\n{log.read_text(errors='replace')}", end="")
        before = count.failed
        if check.reports:
            count_reports(check, count)
        if status != 0 and count.failed == before:
            count.failed += 1
            late = (
                f", ended {check.until:.0f} s after the run's begin"
                if time.monotonic() > count.begun + check.until
                else ""
            )
            count.failures.append(f"{check.name}: exit {status}{late}")
        elif status == 0 and not check.reports:
            count.passed += 1
        print(f"--- {check.name}: exit {status} after {seconds:.0f} s", flush=True)


def execute(check: Check, log: Path | None, limit: float) -> tuple[int, float]:
    """Returns its exit status, and the seconds of processor that it took. It is asked to end after ``limit`` s."""
    output = log.open("wb") if log else None
    try:
        process = subprocess.Popen(
            check.command,
            cwd=check.cwd,
            env=FOR_TESTS | os.environ | check.env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
        )
        # A thread that nobody waits for: a run that is interrupted ends at once.
        patience = threading.Timer(max(0, limit), os.kill, (process.pid, signal.SIGTERM))
        patience.daemon = True
        patience.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            patience.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, usage.ru_utime + usage.ru_stime
    except FileNotFoundError as error:
        print(error, flush=True)
        return 127, 0
    finally:
        if output:
            output.close()


def count_reports(check: Check, count: Count) -> None:
    """Counts the cases of the JUnit XML files that a command left; none at all is a failure."""
    cases = [case for file in sorted(check.reports.glob("*.xml")) for case in ElementTree.parse(file).iter("testcase")]
    if not cases:
        count.failed += 1
        count.failures.append(f"{check.name}: no test was executed")
    for case in cases:
        name = f"{check.name}: {case.get('classname', '')}.{case.get('name', '')}"
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
            count.failures.append(name)
        elif skipped is not None:
            count.skipped.append(
                Skip(name, skipped.get("message") or (skipped.text or "").strip() or "no reason given")
            )
        else:
            count.passed += 1


def run_tier(name: str, count: Count, logs: Path | None = None) -> None:
    """Runs one tier; with ``logs``, a directory, every check's output goes into a file there first."""
    print(f"=== {name}: {TIERS[name].__doc__.splitlines()[0]}", flush=True)
    for check in TIERS[name]():
        run_or_skip(name, check, count, logs)


def run_or_skip(tier: str, check: Check | Skip, count: Count, logs: Path | None) -> None:
    if isinstance(check, Skip):
        with count.lock:
            count.skipped.append(check)
    else:
        run(tier, check, count, logs / f"{check.name}.log" if logs else None)


def log_directory() -> Path:
    logs = REPORTS / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return logs


def run_quick(count: Count, compiled: Callable[[], None] = lambda: None) -> None:
    """Runs the first check of the quick tiers, which compiles what others run, then the others side by side.

    Twice as many as there are processors, since most of them wait half of their time. ``compiled`` is called in between.
    """
    logs = log_directory()
    (name, first), *others = ((name, check) for name in QUICK for check in TIERS[name]())
    run_or_skip(name, first, count, logs)
    compiled()
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        for check in [pool.submit(run_or_skip, name, check, count, logs) for name, check in others]:
            check.result()


def run_all(count: Count) -> None:
    """Runs the quick tiers, and the long ones side by side; then looks at what went wrong inside the worlds that they had."""
    logs = log_directory()
    shutil.rmtree(WORLDS, ignore_errors=True)
    WORLDS.mkdir()
    with docker_engine() as engine, ThreadPoolExecutor(AT_ONCE) as pool:

        def run_beside(name: str) -> None:
            engine.wait()
            run_tier(name, count, logs)

        tiers = [pool.submit(run_beside, name) for name in EARLY]
        run_quick(count, lambda: tiers.extend(pool.submit(run_beside, name) for name in LONG))
        for tier in tiers:
            tier.result()
    # A client repeats a call that had no answer, and nobody would see it.
    run("embedded", Check("no request failed inside the embedded AWS", INSIDE), count, None)


def processor(times: list[Time]) -> float:
    return sum(entry.processor for entry in times)


def time_table(times: list[Time]) -> list[str]:
    """Where the time went: a line per check, tier by tier in the order of their begin, with each tier's sum; on the clock, then of processor."""

    def line(entries: list[Time], what: str) -> str:
        return f"time: {sum(entry.seconds for entry in entries):6.0f} s {processor(entries):6.0f} s  {what}"

    lines = []
    for tier in dict.fromkeys(entry.tier for entry in sorted(times, key=lambda entry: entry.begun)):
        its = sorted((entry for entry in times if entry.tier == tier), key=lambda entry: entry.begun)
        lines.append(line(its, tier))
        lines += [line([entry], f"  {entry.check}, from {entry.begun:.0f} s on") for entry in its]
    if times:
        wall = max(entry.begun + entry.seconds for entry in times)
        lines.append(f"time: {wall:6.0f} s {processor(times):6.0f} s  from begin to end")
    return lines


@contextmanager
def docker_engine() -> Iterator[subprocess.Popen]:
    """Keeps a world up meanwhile: where no Docker engine runs, the first world starts one and the last one ends it.

    Yields what brings it up and ends when it is, on a new computer after some minutes, since base images are made.
    """
    aws = [str(ROOT / "local" / "aws"), "--world", f"tests{os.getpid()}"]
    up = subprocess.Popen([*aws, "up"], stdin=subprocess.DEVNULL)
    try:
        yield up
    finally:
        up.wait()
        subprocess.run([*aws, "down"], check=False, stdin=subprocess.DEVNULL)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in TIERS and name != "quick"]
    if unknown:
        print(f"tests: no tier {', '.join(unknown)}; the tiers are {', '.join(TIERS)}, and quick", file=sys.stderr)
        return 2
    count = Count()
    if not names:
        run_all(count)
    for name in names:
        if name == "quick":
            run_quick(count)
        else:
            run_tier(name, count)
    for line in time_table(count.times):
        print(line)
    for skip in count.skipped:
        print(f"skipped: {skip.name}: {skip.reason}")
    for failure in count.failures:
        print(f"failed: {failure}")
    print(f"{count.passed} passed, {count.failed} failed, {len(count.skipped)} skipped", flush=True)
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
