#!/bin/sh
# Prints what SELinux has denied since this machine's last boot, and which system calls outside of a unit's filter were seen where that
# writes them down (as in a trial start), a line each, without what known-denials says is harmless. Nothing printed and exit 0: nothing denied. Where the records cannot be read it says so and exits 2. Run as root.
set -eu

known=${1:-/etc/selinux/known-denials}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "selinux-denials: $*" >&2
  exit 2
}

[ -r "$known" ] || fail "$known cannot be read: it says which denials are harmless, and the bake writes it"
sed -e '/^#/d' -e '/^$/d' "$known" >"$work/patterns"

# ausearch ends with 1 for "nothing found" as for a log that it cannot read, and reads a pipe instead of the log where its input is one.
# So it is asked for every record: auditd writes some at each boot, and none at all means that nothing was read.
ausearch --input-logs --start boot --raw </dev/null >"$work/audit" 2>"$work/error" || true
[ -s "$work/audit" ] || fail "auditd has no record since the boot, so nothing is known: $(tail -n 1 "$work/error")"
# What the kernel said before auditd ran; what it said to both has the same number in both. One call may be denied several things at once.
if ! journalctl --boot --dmesg --quiet --no-pager --output cat </dev/null >"$work/kernel" 2>"$work/error" || [ ! -s "$work/kernel" ]; then
  fail "the kernel's messages of this boot cannot be read: $(tail -n 1 "$work/error")"
fi

awk '/avc: +denied|type=(SELINUX_ERR|1401|SECCOMP|1326) / {
  number = match($0, /audit\([0-9.]+:[0-9]+\)/) ? substr($0, RSTART, RLENGTH) : $0
  if (FNR == NR) told[number] = 1
  else if (number in told) next
  # auditd writes readable forms after a group separator; of a system call it is the name.
  name = /type=(SECCOMP|1326) / && match($0, /SYSCALL=[a-z0-9_]+/) ? " name=" substr($0, RSTART + 8, RLENGTH - 8) : ""
  sub(/\035.*/, name)
  print
}' "$work/audit" "$work/kernel" >"$work/denied"

# 1: nothing is left. More: a pattern is malformed.
status=0
grep --invert-match --extended-regexp --file "$work/patterns" "$work/denied" 2>"$work/error" || status=$?
[ "$status" -le 1 ] || fail "$known: $(tail -n 1 "$work/error")"
