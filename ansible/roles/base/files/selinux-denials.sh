#!/bin/sh
# Prints what SELinux has denied since this machine's last boot, a line each, without what known-denials says is harmless.
# Nothing printed: nothing denied. Run as root.
set -eu

known=/etc/selinux/known-denials
patterns=$(mktemp)
trap 'rm -f "$patterns"' EXIT
[ ! -f "$known" ] || sed -e '/^#/d' -e '/^$/d' "$known" >"$patterns"

# The kernel speaks to auditd, and to its own log before auditd runs; a record has the same number in both.
{
  ausearch --message AVC,USER_AVC,SELINUX_ERR,USER_SELINUX_ERR --start boot --raw 2>/dev/null || true
  journalctl --boot --dmesg --quiet --no-pager --output cat --grep 'avc: +denied|SELINUX_ERR' || true
} | awk '/denied|SELINUX_ERR/ {
      number = match($0, /audit\([0-9.]+:[0-9]+\)/) ? substr($0, RSTART, RLENGTH) : $0
      if (!(number in seen)) { seen[number] = 1; print }
    }' | { grep --invert-match --extended-regexp --file "$patterns" || true; }
