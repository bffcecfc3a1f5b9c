#!/bin/sh
# Adds to a container's file system what a Debian machine with a kernel of its own has. Runs as root while the image is built.
set -eu

apt-get update -q
# As fresh as the images that a distribution publishes.
DEBIAN_FRONTEND=noninteractive apt-get dist-upgrade -y -q --no-install-recommends
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    linux-image-cloud-amd64 initramfs-tools zstd grub2-common grub-pc-bin udev kmod e2fsprogs systemd-resolved libpam-systemd
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin

# Masked for containers only. The journal is not sent to the console, where the kernel and systemd speak.
systemctl unmask systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service \
    systemd-networkd-wait-online.service
systemctl enable systemd-networkd.service systemd-networkd-wait-online.service systemd-resolved.service machine-environment.service
rm -f /etc/systemd/journald.conf.d/console.conf

# Only what these machines' virtual hardware needs: a disk that is read through the BIOS is read slowly.
printf 'MODULES=list\nCOMPRESS=zstd\n' >/etc/initramfs-tools/conf.d/virtual-machine.conf
printf 'virtio_pci\nvirtio_blk\next4\n' >>/etc/initramfs-tools/modules
update-initramfs -u -k all

# The boot sector's program, with all that it needs to find grub.cfg on the first partition.
grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o /boot/core.img \
    biosdisk part_msdos ext2 normal linux search search_fs_uuid configfile echo test serial terminal all_video gzio
cp /usr/lib/grub/i386-pc/boot.img /boot/boot.img
mkdir -p /boot/grub
cp -r /usr/lib/grub/i386-pc /boot/grub/
