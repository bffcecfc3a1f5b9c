"""No part of the embedded AWS needs a part that needs it: neither modules nor packages import each other in a circle."""

from __future__ import annotations

import grimp
import pytest

#: Imports inside functions and those for type checkers count, too.
GRAPH = grimp.build_graph("embedded_aws", cache_dir=None)
PACKAGES = ["embedded_aws", *(m for m in sorted(GRAPH.modules) if GRAPH.find_children(m) and m != "embedded_aws")]


@pytest.mark.parametrize("package", PACKAGES)
def test_whatAPackageHolds_importsInNoCircle(package: str) -> None:
    assert sorted(GRAPH.nominate_cycle_breakers(package)) == []


def test_everyPackageIsLookedAt() -> None:
    assert {"embedded_aws", "embedded_aws.autoscaling", "embedded_aws.ec2", "embedded_aws.machines"} <= set(PACKAGES)
