#!/bin/sh
# Stands in for packer in tests: prints what it prints, and notes in @NOTES@ what happens to it.
notes=@NOTES@
note() {
    echo "$*" >> "$notes/notes"
}
say() {
    echo "1700000000,,ui,say,==> amazon-ebs.webapp: $*"
}
# As Packer does: terminate the instance, delete what belongs to it, and only then end.
cancelled() {
    note "signal $command"
    say "Cancelling build after receiving terminated"
    sleep 7
    note "cleaned $command"
    exit 1
}

command=$1
layer=
for argument in "$@"; do
    case $argument in
        -var=manifest_path=*) manifest=${argument#-var=manifest_path=} ;;
        -var=layer=base) layer=base- ;;
    esac
done
command=$layer$command
note "packer $command"
trap cancelled TERM
if [ -n "$AWS_CONFIG_FILE" ]; then
    sh -c "$(sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE")" > "$notes/keys-$command"
    secret=$(sed 's/.*"SecretAccessKey":"\([^"]*\)".*/\1/' "$notes/keys-$command")
else
    secret=none
fi
env > "$notes/env-$command"
pwd > "$notes/pwd-$command"
tr '\0' '\n' < /proc/$$/cmdline > "$notes/argv-$command"

if [ "$1" = build ]; then
    if [ "$command" = build ] && [ -e "$notes/temporaries" ]; then
        while read -r line; do say "$line"; done < "$notes/temporaries"
    fi
    say "Launching a source AWS instance..."
    say "Instance ID: i-0$secret"
    if [ "$command" = build ] && [ -e "$notes/fail" ]; then
        told=
        [ ! -e "$notes/tells" ] || told=" $secret"
        echo "1700000000,,ui,error,==> amazon-ebs.webapp: the base image is not there$told"
        echo "1700000000,amazon-ebs.webapp,error,the base image is not there$told"
        exit 1
    fi
fi
if [ -e "$notes/hold-$command" ]; then
    note "held $command"
    while [ ! -e "$notes/go-$command" ]; do sleep 0.2; done
fi
if [ "$1" = build ]; then
    case $command in
        build) image=ami-0123456789abcdef0 ;;
        *) image=ami-00000000000000ba5 ;;
    esac
    say "AMI: $image"
    if [ -e "$notes/lock" ]; then
        echo 'flask==3.1.0' > "$(echo "$manifest" | sed 's|/manifest-\(.*\)\.json$|/requirements-\1.lock|')"
    fi
    cat > "$manifest" <<END
{"builds":[{"artifact_id":"us-east-1:$image","packer_run_uuid":"1"}],
 "last_run_uuid":"1"}
END
fi
note "done $command"
