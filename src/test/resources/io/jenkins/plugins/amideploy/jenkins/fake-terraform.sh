#!/bin/sh
# Stands in for terraform in tests: prints what it prints, and notes in @NOTES@ what happens to it.
notes=@NOTES@
note() {
    echo "$*" >> "$notes/notes"
}
# As Terraform does: finish what is being created, write the state, release the lock.
# shellcheck disable=SC2317  # called by the trap
interrupted() {
    note "signal $command"
    sleep 7
    note "cleaned $command"
    exit 1
}
# Without line breaks: the end of an apply has them in one of its lines, but for the values of the sensitive ones.
outputs() {
    if [ -e "$notes/output.json" ]; then
        tr -d '\n' < "$notes/output.json"
        return
    fi
    tr -d '\n' <<END
{"url":{"value":"http://127.0.0.9"},"asg_name":{"value":"web-demo"},"launch_template_id":{"value":"lt-0a"},
 "launch_template_version":{"value":"3"},"target_group_arns":{"value":["arn:aws:1"]},"image_id":{"value":"ami-1"},
 "region":{"value":"us-east-1"},"token":{"sensitive":true,"value":"CANARY-IN-OUTPUT"}}
END
}

command=$1
note "terraform $command"
printf '%s\n' "$@" > "$notes/argv-terraform-$command"
pwd > "$notes/pwd-terraform-$command"
trap interrupted TERM
if [ -e "$notes/hold-$command" ]; then
    note "held $command"
    while [ ! -e "$notes/go-$command" ]; do sleep 0.2; done
fi
code=0
case $command in
    plan)
        echo "{\"@level\":\"info\",\"@message\":\"password ${TF_VAR_db_password:-none}\",\"type\":\"log\"}"
        for argument in "$@"; do
            case $argument in
                -out=*) echo "a plan" > "${argument#-out=}" ;;
            esac
        done
        if [ -e "$notes/unchanged" ]; then
            echo '{"type":"change_summary","changes":{"add":0,"change":0,"import":0,"remove":0,"operation":"plan"}}'
            note "done $command"
            exit 0
        fi
        cat <<END
{"type":"planned_change","change":{"resource":{"addr":"aws_lb.web"},"action":"create"}}
{"type":"planned_change","change":{"resource":{"addr":"aws_launch_template.web"},"action":"update"}}
{"type":"change_summary","changes":{"add":1,"change":1,"import":0,"remove":0,"operation":"plan"}}
END
        code=2
        ;;
    apply)
        echo '{"type":"apply_start","hook":{"resource":{"addr":"aws_lb.web"},"action":"create"}}'
        if [ -e "$notes/unwritten-apply" ]; then
            echo '{"version":4,"serial":2,"lineage":"l","resources":[]}' > errored.tfstate
            echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Failed to save state","detail":"no such host"}}'
            exit 1
        fi
        echo "{\"type\":\"outputs\",\"outputs\":$(outputs | sed 's/"sensitive":true,"value":"[^"]*"/"sensitive":true/')}"
        ;;
    output)
        outputs
        ;;
esac
note "done $command"
exit $code
