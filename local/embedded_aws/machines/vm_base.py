"""The base disk of virtual machines: a container's base image with a kernel and a boot loader, as a disk that boots by itself.

Nothing is mounted and no loop device is used: `mkfs.ext4 -d` fills the partition, and GRUB's two programs are written to the
sectors where `grub-install` would put them. Made once per computer and recipe, kept in the cache.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import subprocess
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path

from docker.errors import APIError, BuildError

from ..state import WorldState, cache_root, machine_wide_lock
from . import MachineError
from .base import REQUIRED, Report, base_image, ensure_base, recipe_digest
from .docker_naming import BASE, WORLD_LABEL
from .engine import Engine

RECIPE = Path(__file__).parent / "vm_image"
#: Size of the root volume of Debian's images.
DISK_BYTES = 8 * 1024**3
SECTOR = 512
#: Where the partition starts, as every partitioning tool has it: 1 MiB. GRUB's core image lies before it.
PARTITION_SECTOR = 2048
#: The bytes of a boot sector that are program; the partition table follows.
BOOT_PROGRAM = 440
#: Programs on this computer that make the disk.
TOOLS = {"mkfs.ext4": "e2fsprogs", "qemu-img": "qemu-utils"}

_GRUB_CFG = """set timeout=0
linux /boot/{kernel} root=UUID={uuid} ro console=ttyS0,115200 norandmaps tsc=reliable
initrd /boot/{initrd}
boot
"""


def base_disk(name: str = REQUIRED) -> Path:
    """Where the disk is, or will be; its name has the recipe's digest."""
    digest = hashlib.sha256(recipe_digest().encode())
    for file in sorted(RECIPE.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return cache_root() / f"{name}-{digest.hexdigest()[:16]}.qcow2"


def ensure_base_disk(report: Report, disk: Path | None = None) -> Path:
    """The base disk (a world's own keeps its name), made when it is not in the cache. `MachineError` when it cannot be made.

    Older ones are removed when no world is up, whose machines may stand on them.
    """
    disk = disk or base_disk()
    if disk.exists():
        return disk
    missing = [f"{package} ({tool})" for tool, package in TOOLS.items() if not shutil.which(tool)]
    if missing:
        raise MachineError(f"virtual machines need {', '.join(missing)}: run make tools")
    ensure_base(report)
    with machine_wide_lock():
        if disk.exists():
            return disk
        report(f"base disk {REQUIRED}: kernel and boot loader, about three minutes, once per computer")
        if not any(world.pid() for world in WorldState.all()):
            for old in cache_root().glob(f"{REQUIRED}-*.qcow2"):
                old.unlink()
        with tempfile.TemporaryDirectory(prefix="ami-deploy-disk-", dir=cache_root()) as scratch:
            root = Path(scratch, "root")
            _file_system(root)
            _make_disk(root, Path(scratch, "disk.raw"))
            part = disk.with_suffix(".part")
            _run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", f"{scratch}/disk.raw", str(part))
            part.replace(disk)
    return disk


def disk_identity(disk: Path) -> str:
    """Tells a base disk from any other one, also from one of the same recipe: a digest of where its partition and its file system begin.

    Both carry an identity of their own, new for every disk that is made.
    """
    with tempfile.TemporaryDirectory(prefix="ami-deploy-disk-") as scratch:
        begin = Path(scratch, "begin")
        _run("qemu-img", "dd", "-f", "qcow2", "-O", "raw", "bs=1M", "count=2", f"if={disk}", f"of={begin}")
        return hashlib.sha256(begin.read_bytes()).hexdigest()


def _file_system(root: Path) -> None:
    """The recipe's image, unpacked with its owners and modes."""
    client = Engine().client
    tag = f"ami-deploy-local/{BASE}:disk-{REQUIRED}"
    try:
        client.images.build(
            path=str(RECIPE),
            tag=tag,
            labels={WORLD_LABEL: BASE},
            buildargs={"base": base_image(REQUIRED)},
            rm=True,
            forcerm=True,
        )
        container = client.containers.create(tag)
    except (BuildError, APIError) as error:
        raise MachineError(f"base disk {REQUIRED} does not build: {error}") from error
    root.mkdir()
    try:
        with subprocess.Popen(
            ["tar", "-C", str(root), "--numeric-owner", "-xpf", "-"], stdin=subprocess.PIPE
        ) as unpack:
            for chunk in container.export():
                unpack.stdin.write(chunk)
            unpack.stdin.close()
            if unpack.wait():
                raise MachineError(f"base disk {REQUIRED}: its file system cannot be unpacked to {root}")
    finally:
        container.remove(force=True)
        with suppress(APIError):
            client.images.remove(tag)
    # What an engine leaves in every container, and a machine has otherwise.
    (root / ".dockerenv").unlink(missing_ok=True)
    (root / "etc/hostname").write_text("localhost\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    resolver = root / "etc/resolv.conf"
    resolver.unlink(missing_ok=True)
    resolver.symlink_to("../run/systemd/resolve/stub-resolv.conf")


def _make_disk(root: Path, disk: Path) -> None:
    """One partition with the file system, and GRUB before it."""
    identity = str(uuid.uuid4())
    (root / "etc/fstab").write_text(f"UUID={identity} / ext4 defaults 0 1\n")
    kernel = max((root / "boot").glob("vmlinuz-*")).name
    initrd = kernel.replace("vmlinuz", "initrd.img")
    (root / "boot/grub/grub.cfg").write_text(_GRUB_CFG.format(kernel=kernel, initrd=initrd, uuid=identity))
    boot, core = (root / "boot/boot.img").read_bytes(), (root / "boot/core.img").read_bytes()
    if len(core) > (PARTITION_SECTOR - 1) * SECTOR:
        raise MachineError(f"base disk {REQUIRED}: GRUB's core image has {len(core)} bytes, more than fit before 1 MiB")
    (root / "boot/boot.img").unlink()
    (root / "boot/core.img").unlink()
    sectors = DISK_BYTES // SECTOR - PARTITION_SECTOR
    with open(disk, "wb") as file:
        file.truncate(DISK_BYTES)
        file.write(boot[:BOOT_PROGRAM])
        file.seek(BOOT_PROGRAM)
        file.write(struct.pack("<IH", int(identity[:8], 16), 0) + _partition(sectors))
        file.seek(SECTOR - 2)
        file.write(b"\x55\xaa")
        file.seek(SECTOR)
        file.write(core)
    options = f"offset={PARTITION_SECTOR * SECTOR},lazy_itable_init=1,lazy_journal_init=1"
    size = f"{sectors // 2}k"
    _run("mkfs.ext4", "-q", "-F", "-U", identity, "-L", "root", "-E", options, "-d", str(root), str(disk), size)


def _partition(sectors: int) -> bytes:
    """The first entry of a partition table: bootable, Linux, addressed by sector only (the old addresses are at their limit)."""
    limit = b"\xfe\xff\xff"
    return struct.pack("<B3sB3sII", 0x80, limit, 0x83, limit, PARTITION_SECTOR, sectors)


def _run(*command: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise MachineError(f"{' '.join(command)}: {result.stderr.strip()}")
