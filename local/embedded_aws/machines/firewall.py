"""Security-group rules as the firewall of one machine, in the form that iptables-restore reads.

A container's rules stand in its own network namespace, a virtual machine's in the namespace of the router before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import Rule

#: Destinations that security groups do not filter on AWS either: instance metadata and the VPC's name server.
#: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
METADATA_ADDRESS = "169.254.169.254/32"


def ruleset(ingress: Iterable[Rule], egress: Iterable[Rule], behind: str = "") -> str:
    """A complete filter table: loopback, established connections, and what the rules allow; everything else is dropped.

    `behind`: the interface behind which the machine is, for a router's firewall; empty for the machine's own.
    Security groups are stateful: replies to allowed traffic pass, whatever the rules of the other direction.
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    into, out_of = (f"FORWARD -o {behind}", f"FORWARD -i {behind}") if behind else ("INPUT", "OUTPUT")
    lines = ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", f":OUTPUT {'ACCEPT' if behind else 'DROP'} [0:0]"]
    if behind:
        lines.append(f"-A INPUT -i {behind} -p udp --dport 67 -j ACCEPT")
    else:
        lines += ["-A INPUT -i lo -j ACCEPT", "-A OUTPUT -o lo -j ACCEPT"]
    lines += [f"-A {chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT" for chain in (into, out_of)]
    lines.append(f"-A {out_of} -d {METADATA_ADDRESS} -j ACCEPT")
    lines += [f"-A {out_of} -p {protocol} --dport 53 -j ACCEPT" for protocol in ("udp", "tcp")]
    lines += _chain(into, "-s", ingress)
    lines += _chain(out_of, "-d", egress)
    return "\n".join([*dict.fromkeys(lines), "COMMIT", ""])


def _chain(chain: str, side: str, rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        for cidr in rule.cidrs:
            yield f"-A {chain} {side} {cidr}{_match(rule)} -j ACCEPT"


def _match(rule: Rule) -> str:
    if rule.protocol == "-1":
        return ""
    if rule.protocol in ("tcp", "udp"):
        ports = "" if rule.from_port in (None, -1) else f" --dport {rule.from_port}:{rule.to_port}"
        return f" -p {rule.protocol}{ports}"
    if rule.protocol == "icmp":
        kind = "any" if rule.from_port in (None, -1) else str(rule.from_port)
        code = "" if rule.from_port in (None, -1) or rule.to_port in (None, -1) else f"/{rule.to_port}"
        return f" -p icmp --icmp-type {kind}{code}"
    return f" -p {rule.protocol}"
