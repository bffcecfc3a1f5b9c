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
# DIR/exit       exit code of the tool, made last
dir=$1
kind=$2

# Whoever starts a second one, after a broken connection, changes nothing.
mkdir "$dir/started" 2>/dev/null || exit 0
umask 077
: > "$dir/alive"

# A session of its own keeps signals meant for others away; without setsid the tool is merely in our process group.
if command -v setsid >/dev/null 2>&1; then
    session=setsid
else
    session=
fi
if [ "$kind" = document ]; then
    $session sh "$dir/tool.sh" "$dir" > "$dir/document" 2> "$dir/out" < /dev/null &
else
    $session sh "$dir/tool.sh" "$dir" > "$dir/out" 2>&1 < /dev/null &
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
echo "$code" > "$dir/exit.new"
mv "$dir/exit.new" "$dir/exit"
kill "$watcher" 2>/dev/null
exit 0
