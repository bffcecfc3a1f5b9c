#!/bin/sh
# User data of the baking instance: should the builder die, the instance ends itself @MINUTES@ minutes after its last boot. A timer, since
# `shutdown +minutes` is forgotten by the reboot inside the bake. Sealing the image removes it; should it ever stay, it does nothing on
# another machine than this one.
set -eu
cat >/etc/systemd/system/dead-man.timer <<END
[Unit]
Description=The bake has taken too long
[Timer]
OnBootSec=@MINUTES@min
AccuracySec=1s
[Install]
WantedBy=timers.target
END
cat >/etc/systemd/system/dead-man.service <<END
[Unit]
Description=Power off a machine that its bake has forgotten
ConditionHost=$(cat /etc/machine-id)
SuccessAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/bin/true
END
systemctl daemon-reload
systemctl enable --now dead-man.timer
