"""What a group does next when no instance refresh runs: replace, launch, or terminate. Pure rules;
`loop.py` carries them out.
"""

from __future__ import annotations

from .termination import choose
from .views import DIFFERENCE, ENDED, GroupView, MemberView, Plan


def decide(group: GroupView) -> Plan:
    """Actions that bring the group nearer to its desired number of healthy instances.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-unhealthy-instance.html (terminate and launch is the
    default, ended instances are replaced at once) and
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-maintenance-policy-overview-and-considerations.html
    (launch first).
    """
    plan = Plan()
    retire_ended(group, plan)
    group = group.without(plan.terminated)
    replaced = len(plan.actions)
    if group.runs("ReplaceUnhealthy") and group.runs("Terminate"):
        for member in _unhealthy_to_terminate(group):
            plan.terminate(member, member.unhealthy_reason)
            replaced += 1
    group = group.without(plan.terminated)
    good = [m for m in group.active if m.healthy]
    waiting = len(group.active) - len(good)
    missing = group.desired - len(good)
    if missing > 0 and group.runs("Launch"):
        room = most(group) - len(group.active)
        count = min(missing, room)
        replacing = min(count, waiting + replaced)
        plan.launch(replacing, replaces=True)
        plan.launch(count - replacing)
    elif missing < 0 and group.runs("Terminate"):
        for member in choose(group, good, -missing):
            plan.terminate(member, DIFFERENCE, selected=True)
    return plan


def retire_ended(group: GroupView, plan: Plan) -> None:
    """Instances that stopped or ended by themselves leave the group at once, whatever the policy says.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
    """
    if not (group.runs("HealthCheck") and group.runs("ReplaceUnhealthy")):
        return
    for member in group.active:
        if member.ended:
            plan.terminate(member, ENDED)


def most(group: GroupView) -> int:
    """Instances that may exist while one is replaced."""
    return group.bounds.most(group.desired) if group.bounds else group.desired


def _unhealthy_to_terminate(group: GroupView) -> list[MemberView]:
    """Unhealthy instances that may go now, oldest first: all, or as many as the maintenance policy's minimum allows.

    An unhealthy instance that is still in service counts as in service until its replacement serves, which is what
    launching before terminating means. Where no further instance may be launched, one has to go first.
    """
    unhealthy = sorted((m for m in group.active if not m.healthy), key=lambda m: (m.launched_at, m.id))
    if group.bounds is None:
        return unhealthy
    serving = sum(1 for m in group.active if m.lifecycle == "InService" and (m.serving or not m.healthy))
    spare = serving - group.bounds.keep(group.desired)
    full = len(group.active) >= most(group)
    stuck = full and not any(m.healthy and not m.serving for m in group.active)
    return unhealthy[: max(spare, 1 if stuck else 0, 0)]
