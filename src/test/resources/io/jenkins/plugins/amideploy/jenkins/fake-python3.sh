#!/bin/sh
# Stands in for python3 ansible/survey.py in tests: prints what it prints, and notes in @NOTES@ that it ran. All packages are to be had.
notes=@NOTES@
case $1 in */wheelhouse.py) exit 0 ;; esac
echo "python3 survey" >> "$notes/notes"
if [ -e "$notes/fail-survey" ]; then
    echo "error: webapp: no such directory" >&2
    exit 1
fi
cat <<END
{"format":2,"start":"waitress-serve","locked":true,"tasks":{},"ansible_core":"2.19.4","commit":"c0ffee0123456789","version":"v7","notes":["a remark of the survey"],
 "layers":{"base":{"ansible/base.yml":"1"},"application":{"ansible/application.yml":"2"}},
 "application":{"webapp/__init__.py":"3"}}
END
