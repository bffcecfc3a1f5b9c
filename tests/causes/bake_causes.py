"""The bake."""

from __future__ import annotations

import re

from grounds import Account, Bakery, Confined
from injections import Ended, injection

#: Seconds from an application's start to the end of the bake that tries it.
AFTER_THE_START = 60


def image_page(*lines: str) -> str:
    return "\n".join(lines) + "\n"


@injection("SURVEY_REFUSED", "there is neither a Procfile nor a module webapp", "Procfile", exit_code=2)
def no_entry_point(account: Account) -> Ended:
    with account.files(Procfile=None):
        return account.run("bake")


@injection("SURVEY_REFUSED", "image.yml has a key that nobody knows", "image.yml", "pakages", exit_code=2)
def image_page_is_malformed(account: Account) -> Ended:
    with account.files(image_yml=image_page("pakages: [libpq5]")):
        return account.run("bake")


@injection(
    "PACKAGE_MISSING", "requirements.txt names a package that nobody has", "no-such-package-of-anybody", exit_code=1
)
def python_package_is_missing(account: Account) -> Ended:
    with account.files(requirements_txt="no-such-package-of-anybody==1.0\n"):
        return account.run("bake", environment={"PIP_NO_INDEX": "1"})


@injection("BASE_IMAGE_MISSING", "no image of the distribution is listed", "amazon-linux-2023", exit_code=1)
def no_base_image(account: Account) -> Ended:
    ec2 = account.client("ec2")
    for image in ec2.describe_images(Filters=[{"Name": "name", "Values": ["al2023-ami-*"]}])["Images"]:
        account.world.fault("unshare", image["ImageId"])
    try:
        with account.files(image_yml=image_page("base_image: amazon-linux-2023")):
            return account.run("bake")
    finally:
        account.world.fault("clear")


@injection("IMAGE_NAME_TAKEN", "an image of the name is there when Packer begins", exit_code=1)
def image_name_is_taken(account: Account) -> Ended:
    ec2 = account.client("ec2")
    [source, *_] = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-12-amd64-*"]}])["Images"]
    made = []

    def takes(running) -> None:
        running.wait_for("base: ")
        line = next(line for _, line in running.lines if "base: " in line)
        name = re.search(r"base: ([\w-]+),", line)[1]
        made.append(ec2.copy_image(Name=name, SourceImageId=source["ImageId"], SourceRegion=account.region)["ImageId"])
        running.show()

    try:
        return account.meanwhile(takes, "bake")
    finally:
        for image in made:
            ec2.deregister_image(ImageId=image)


@injection("COMMAND_FAILED", "a command of the application's own tasks fails", "licence server says no", exit_code=1)
def command_fails(bakery: Bakery) -> Ended:
    return tasks(bakery, "ansible.builtin.shell: echo 'activating'; echo 'licence server says no' >&2; exit 3")


@injection("COMMAND_FAILED", "a task runs a program that is not there", "convert-fonts", exit_code=1)
def program_is_missing(bakery: Bakery) -> Ended:
    return tasks(bakery, "ansible.builtin.command: /usr/local/bin/convert-fonts --all")


@injection("DISK_FULL", "the disk is full while a task writes", "No space left on device", exit_code=1)
def disk_is_full(bakery: Bakery) -> Ended:
    small = "mkdir -p /srv/small && mount -t tmpfs -o size=1M tmpfs /srv/small && head -c 4M /dev/zero >/srv/small/data"
    return tasks(bakery, f"ansible.builtin.shell: {small}")


def tasks(bakery: Bakery, module: str) -> Ended:
    """A bake with one task of the application's own."""
    task = f"- name: Prepare the shop\n  {module}\n  changed_when: true\n"
    with bakery.files(image_yml=image_page("tasks: image/tasks.yml"), image__tasks_yml=task):
        return bakery.until_it_fails("Prepare the shop")


@injection("PACKAGE_MISSING", "image.yml names a package that the distribution does not have", "libshop9", exit_code=1)
def system_package_is_missing(bakery: Bakery) -> Ended:
    with bakery.files(image_yml=image_page("packages: [libshop9]")):
        return bakery.until_it_fails("packages")


def trial(bakery: Bakery, behave: str) -> Ended:
    """A bake whose trial start goes so."""
    with bakery.files(image_yml=image_page("bake_environment:", f"  BEHAVE: {behave}")):
        return bakery.until_it_fails("Start the application")


@injection(
    "APPLICATION_ENDS", "the application raises in its trial start", "ConnectionError: no database at db.internal:5432",
    exit_code=1, limit=AFTER_THE_START,
)  # fmt: skip
def application_raises_in_the_bake(bakery: Bakery) -> Ended:
    return trial(bakery, "raises")


@injection(
    "WRONG_PORT", "the application listens on 8080 in its trial start", "80", "8080", exit_code=1, limit=AFTER_THE_START
)
def application_listens_elsewhere_in_the_bake(bakery: Bakery) -> Ended:
    return trial(bakery, "another port")


@injection(
    "SSH_REFUSED",
    "the machine admits another address than this computer's (a line of progress names the range after a minute)",
    "203.0.113.0/24",
    exit_code=1,
    limit=300,
)
def builder_is_not_admitted(bakery: Bakery) -> Ended:
    def waits(running) -> None:
        running.until(bakery.machines_of_bakes, "a machine that bakes")
        running.show()

    return bakery.meanwhile(waits, "bake", environment={"PKR_VAR_builder_cidr": "203.0.113.0/24"})


@injection(
    "DENIED_ON_MACHINE", "the application opens a file that its domain may not read", "dpkg_var_lib_t", exit_code=1,
    limit=300,
)  # fmt: skip
def file_is_denied(confined: Confined) -> Ended:
    return trial(confined, "reads what is not its own")
