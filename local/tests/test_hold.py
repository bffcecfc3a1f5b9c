"""An answer that is kept back: the call took effect, and who made it does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import until
from worlds import HttpWorld


@pytest.fixture
def w() -> Iterator[HttpWorld]:
    world = HttpWorld()
    yield world
    world.close()


class Caller:
    """Somebody who calls, on a thread of its own."""

    def __init__(self, call: Callable[..., Any], **arguments: Any) -> None:
        self.answer: Any = None

        def run() -> None:
            self.answer = call(**arguments)

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def has_answer(self) -> bool:
        self.thread.join(0.3)
        return self.answer is not None


def group(w: HttpWorld, name: str) -> Caller:
    return Caller(w.client("ec2").create_security_group, GroupName=name, Description="a group")


def holding(w: HttpWorld) -> list[str]:
    return [fault["holding"] for fault in w.fault(do="list") if "holding" in fault]


def names(w: HttpWorld) -> set[str]:
    return {found["GroupName"] for found in w.ec2.describe_security_groups()["SecurityGroups"]}


def test_heldCall_tookEffect_andIsAnsweredWhenTheFaultIsCleared(w: HttpWorld) -> None:
    fault = w.fault(do="add", kind="hold", call="ec2:CreateSecurityGroup")
    caller = group(w, "first")
    until(lambda: holding(w) == ["ec2:CreateSecurityGroup"], "the call that is held")
    assert "first" in names(w)
    assert not caller.has_answer()
    w.fault(do="clear", id=fault["id"])
    caller.thread.join(10)
    assert caller.answer["GroupId"].startswith("sg-")


def test_oneCallIsHeld_othersGoOn(w: HttpWorld) -> None:
    w.fault(do="add", kind="hold", call="ec2:CreateSecurityGroup", nth=2)
    callers = [group(w, "first")]
    callers[0].thread.join(10)
    callers += [group(w, "second")]
    until(lambda: holding(w), "the call that is held")
    callers += [group(w, "third")]
    callers[2].thread.join(10)
    assert [each.answer is not None for each in callers] == [True, False, True]
    assert {"first", "second", "third"} <= names(w)


def test_callThatFails_isNotCounted(w: HttpWorld) -> None:
    w.fault(do="add", kind="hold", call="ec2:CreateSecurityGroup")
    with pytest.raises(w.ec2.exceptions.ClientError):
        w.ec2.create_security_group(GroupName="default", Description="there is one")
    assert holding(w) == []


def test_parameterNarrowsTheChoice(w: HttpWorld) -> None:
    w.s3.create_bucket(Bucket="states")
    w.fault(do="add", kind="hold", call="s3:PutObject", where="Key=*.tflock")
    w.s3.put_object(Bucket="states", Key="web/prod/terraform.tfstate", Body=b"{}")
    caller = Caller(w.client("s3").put_object, Bucket="states", Key="web/prod/terraform.tfstate.tflock", Body=b"{}")
    until(lambda: holding(w) == ["s3:PutObject"], "the call that is held")
    assert not caller.has_answer()


def test_programNarrowsTheChoice(w: HttpWorld) -> None:
    w.fault(do="add", kind="hold", call="ec2:CreateSecurityGroup", agent="terraform/*")
    another = group(w, "first")
    another.thread.join(10)
    assert another.answer is not None
    w.fault(do="add", kind="hold", call="ec2:CreateSecurityGroup", agent="boto3/*")
    caller = group(w, "second")
    until(lambda: holding(w) == ["ec2:CreateSecurityGroup"], "the call that is held")
    assert not caller.has_answer()


def test_endOfTheWorld_answersWhatIsHeld(w: HttpWorld) -> None:
    w.fault(do="add", kind="hold", call="ec2:CreateSecurityGroup")
    caller = group(w, "first")
    until(lambda: holding(w), "the call that is held")
    w.world.close()
    caller.thread.join(10)
    assert caller.answer is not None
