"""pip's last words, in one line: what pip printed comes on standard input. For wheelhouse.py, and for the role app, where pip builds."""

from __future__ import annotations

import re
import sys

#: Lines that name no cause where another one does.
WITHOUT_CAUSE = re.compile(
    r"ResolutionImpossible|Could not find a version that satisfies|subprocess-exited-with-error", re.I
)


def words(output: str) -> str:
    """Such as "pip: No matching distribution found for flask==99"; of a failed build what its tools said last, too."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", output).splitlines()
    said = [number for number, line in enumerate(lines) if re.match(r"(ERROR|error): ", line)]
    causes = [number for number in said if not WITHOUT_CAUSE.search(lines[number])] or said
    if not causes:
        return "pip: " + next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    last = causes[-1]
    # What it lists, it lists indented below.
    below = []
    for line in lines[last + 1 : last + 4]:
        if not line.startswith("    "):
            break
        below.append(line.strip())
    text = " ".join([re.sub(r"^(ERROR|error): ", "", lines[last]), *below])
    built = _of_the_build(lines)
    return f"pip: {text}{': ' if built else ''}{built}"


def _of_the_build(lines: list[str]) -> str:
    """The last error inside the output that pip quotes, or its last line, or ""."""
    begin = [number for number, line in enumerate(lines) if re.search(r"\[\d+ lines of output\]", line)]
    if not begin:
        return ""
    quoted = []
    for line in lines[begin[-1] + 1 :]:
        if "[end of output]" in line:
            break
        if line.strip(" │|"):
            quoted.append(line.strip(" │|"))
    errors = [line for line in quoted if re.search(r"\berror\b", line, re.I) and not line.startswith("File ")]
    return (errors or quoted or [""])[-1]


if __name__ == "__main__":
    print(words(sys.stdin.read()))
