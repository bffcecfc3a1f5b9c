#!/bin/sh
# Runs DIR/tool.sh as the only child that matters, and is the only one who signals it.
# usage: supervise.sh DIR (lines|document)
#
# DIR/started    made by who comes first: this script, or a step that wants the tool not to start any more
# DIR/cancelled  made by such a step
# DIR/out        what the tool prints; with "document" only its standard error, standard output goes to DIR/document
# DIR/pid        process id of the tool
# DIR/alive      touched every second while this script lives
# DIR/stop       made by somebody else: the tool is asked to end, once
# DIR/stopped    made when it was asked
# DIR/temporary  written by the tool's script: path of the directory for its temporary files, which goes with it
# DIR/exit       exit code of the tool, and "full" where its output cannot be written; made last
dir=$1
kind=$2

# Whoever starts a second one, after a broken connection, changes nothing.
mkdir "$dir/started" 2>/dev/null || exit 0
umask 077
: > "$dir/alive"
# Room for the exit code, made while there is some: it is written over, which a full disk does not keep from.
room='%-4s%-5s\n'
# shellcheck disable=SC2059  # the format is ours
printf "$room" "" "" > "$dir/exit.new"

# A session of its own keeps signals meant for others away; without setsid the tool is merely in our process group.
if command -v setsid >/dev/null 2>&1; then
    session=setsid
else
    session=
fi
# The tool writes into files, not into a pipe: nothing that happens to us, or to the disk, breaks it off. Where even no file
# can be made it goes on without.
full=
taken() {
    if (: > "$dir/$1") 2>/dev/null; then echo "$dir/$1"; else echo /dev/null; fi
}
out=$(taken out)
[ "$out" = "$dir/out" ] || full=full
if [ "$kind" = document ]; then
    $session sh "$dir/tool.sh" "$dir" > "$(taken document)" 2> "$out" < /dev/null &
else
    $session sh "$dir/tool.sh" "$dir" > "$out" 2>&1 < /dev/null &
fi
tool=$!
echo "$tool" > "$dir/pid"

running() {
    kill -0 "$tool" 2>/dev/null && [ ! -e "$dir/exit" ]
}

# One SIGTERM to the tool itself: its plugins must outlive it, and a second signal makes Terraform drop what it is creating.
# However long it takes to end then, it is left to: ending it by force would lose what it is doing.
watch() {
    while running; do
        touch "$dir/alive"
        if [ -e "$dir/stop" ] && [ ! -e "$dir/stopped" ]; then
            : > "$dir/stopped"
            kill -TERM "$tool" 2>/dev/null
        fi
        sleep 1
    done
}

# A signal to this script interrupts "wait" and nothing else.
trap : HUP INT TERM
watch &
watcher=$!
while :; do
    wait "$tool"
    code=$?
    kill -0 "$tool" 2>/dev/null || break
done
# Before the exit code is there: nobody looks after it.
[ ! -s "$dir/temporary" ] || rm -rf "$(cat "$dir/temporary")"
# Whether the last lines of the tool found room, as far as that can be told now.
(printf '.' > "$dir/room") 2>/dev/null
[ -s "$dir/room" ] || full=full
# shellcheck disable=SC2059  # the format is ours
printf "$room" "$code" "$full" 1<> "$dir/exit.new"
mv "$dir/exit.new" "$dir/exit"
kill "$watcher" 2>/dev/null
exit 0
