#!/bin/sh
# Makes an image of a machine: no key, no credential, no log and no identity of the bake stays. Runs as root through a pipe.
# cloud-init (or whatever does its work) sees a new instance id at the next boot and makes keys, user and host name anew.
set -eu

# From here on the journal is in memory; the next boot makes a persistent one of its own.
journalctl --relinquish-var || true
rm -rf /var/log/journal/*

# What the application wrote in its trial start.
if [ -e /etc/systemd/system/webapp.service ]; then
  systemctl stop webapp.service
  rm -rf /var/lib/webapp
fi

# The state of the first boot with its user data, in cloud-init's own way.
if command -v cloud-init >/dev/null; then
  cloud-init clean --logs
  rm -rf /var/lib/cloud/instances /var/lib/cloud/data
fi

# What ends this machine, should its builder die (packer/dead-man.sh). Until it is off it stays armed; the image has nothing of it.
rm -f /etc/systemd/system/dead-man.* /etc/systemd/system/timers.target.wants/dead-man.timer

# Package lists and downloads: the image never installs anything again.
if command -v apt-get >/dev/null; then
  apt-get clean
  rm -rf /var/lib/apt/lists/*
elif command -v dnf >/dev/null; then
  dnf -q clean all
fi

# The audit daemon ends, by a signal since its unit may refuse to be stopped: it would write down the end of this session.
if auditd=$(pidof auditd); then
  kill "$auditd"
  timeout 30 tail --pid="$auditd" --follow /dev/null
fi

# Logs keep their files, owners and labels, and lose their content.
find /var/log -type f -exec truncate --size 0 {} +

# Homes: keys, histories, credentials of tools, what Ansible left.
for home in /root /home/*; do
  [ -d "$home" ] || continue
  rm -rf "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2" "$home/.ssh/known_hosts" \
    "$home/.ansible" "$home/.cache" "$home/.aws" "$home/.netrc" "$home/.pip" "$home/.config/pip"
  find "$home" -maxdepth 1 \( -name '.*_history' -o -name '.sudo_as_admin_successful' \) -delete
done
# Not the directories of running units, nor that of the Ansible module that runs this; it removes its own.
find /tmp /var/tmp -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' ! -name '.*-unix' ! -name 'ansible_*_payload_*' \
  -exec rm -rf {} +

# Stopped, it saves its seed for the last time; all instances would begin with the same one.
systemctl stop systemd-random-seed.service

# Identity. An empty machine-id is filled at the next boot without being a "first boot" for systemd, whose presets would
# enable units again (machine-id(5)).
rm -f /etc/ssh/ssh_host_* /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -f /var/lib/dhcp/*.leases /var/lib/dhcpcd/*.lease /var/lib/systemd/network/*.lease
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
: >/etc/machine-id

left=$(find / -xdev \( -path /proc -o -path /sys -o -path /run \) -prune -o -type f \
  \( -name 'ssh_host_*' -o -name 'authorized_keys*' -o -name 'id_rsa' -o -name 'id_ed25519' -o -name '.*_history' \) -print)
if [ -n "$left" ]; then
  echo "still in the image: $left" >&2
  exit 1
fi
sync
echo "sealed: keys, logs, identity and first-boot state removed"
