#!/bin/sh
# Turns a plain root file system into one that boots as an EC2 instance. Runs as root inside the image; $1 is the login user.
set -eu

user=$1
if command -v apt-get >/dev/null; then
    printf 'deb http://deb.debian.org/debian bookworm main\ndeb http://deb.debian.org/debian bookworm-updates main\ndeb http://deb.debian.org/debian-security bookworm-security main\n' >/etc/apt/sources.list
    rm -f /etc/apt/sources.list.d/debian.sources
    if ! [ -x /usr/sbin/sshd ] || ! [ -x /sbin/init ]; then
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
            systemd systemd-sysv openssh-server python3 iproute2 dbus sudo curl ca-certificates procps
    fi
    apt-get clean
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
else
    dnf -y install systemd openssh-server python3 iproute dbus sudo procps-ng shadow-utils passwd
    dnf clean all
fi

id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
echo "$user ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/90-cloud-init-users
chmod 440 /etc/sudoers.d/90-cloud-init-users
echo "$user" >/etc/first-boot-user

# A machine makes its own identity.
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
: >/etc/machine-id
mkdir -p /etc/ssh/sshd_config.d
printf 'PasswordAuthentication no\nUseDNS no\n' >/etc/ssh/sshd_config.d/50-cloud.conf

[ -f /etc/default/locale ] || ! [ -d /etc/default ] || echo LANG=C.UTF-8 >/etc/default/locale

# Hardware and terminals that a container has not, and timers that would run in the middle of a bake.
systemctl mask systemd-udevd.service systemd-udev-trigger.service getty.target console-getty.service \
    systemd-modules-load.service systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer
systemctl set-default multi-user.target
systemctl enable first-boot-keys.service first-boot-user-data.service
