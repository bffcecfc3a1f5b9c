"""How a container learns where the API is: files on this computer that are mounted below the machine's /run."""

from __future__ import annotations

from pathlib import Path

from . import CERTIFICATE_FILE, ApiAccess

#: systemd reads it when it starts and whenever it is executed anew, see systemd-system.conf(5).
SETTINGS_DIRECTORY = "/run/systemd/system.conf.d"


def binds(directory: Path, vpc_id: str, access: ApiAccess) -> list[str]:
    """Write the files of a VPC's machines below the world's directory; returns what is mounted where."""
    settings, certificates = (directory / "machine-api" / vpc_id / name for name in ("systemd", "certificates"))
    variables = " ".join(f"{name}={value}" for name, value in access.variables().items())
    _write(settings / "embedded-aws.conf", f"[Manager]\nDefaultEnvironment={variables}\n")
    _write(certificates / Path(CERTIFICATE_FILE).name, access.certificate)
    return [f"{settings}:{SETTINGS_DIRECTORY}:ro", f"{certificates}:{Path(CERTIFICATE_FILE).parent}:ro"]


def _write(file: Path, text: str) -> None:
    """For everybody to read: the application's user has to see the certificate."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.parent.chmod(0o755)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
