"""Target tracking at work: counts requests, reads processors, and sets desired capacities.

`tracking.py` decides, `api_policies.py` keeps the policies, the capacity loop does the rest.
"""

from __future__ import annotations

import os
from typing import Any

from moto.autoscaling import autoscaling_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.elbv2 import elbv2_backends

from . import activities as words
from . import alarms, settings
from .api_policies import CPU, TRACKING, forget_orphans, predefined, target_group_label
from .loop import Fleet
from .members import GroupState
from .tracking import LOW_PERIODS, Measure, Proposal, capacity, propose

#: Seconds that an instance warms up when neither policy nor group says how long.
#: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html
DEFAULT_WARMUP = 300
#: A policy's target for requests is per minute.
MINUTE = 60


class Tracker:
    """Looks at all policies once a period."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._world = fleet.world
        self._next = self._world.clock.monotonic() + settings.TRACKING_PERIOD
        self._requests: dict[str, int] = {}
        #: Processor seconds by instance, at the last look.
        self._used: dict[str, float] = {}

    def tick(self) -> None:
        """Called about every second, without the lock."""
        if self._world.clock.monotonic() < self._next:
            return
        self._next = max(self._next + settings.TRACKING_PERIOD, self._world.clock.monotonic())
        used = self._read_processors()
        with self._world.lock:
            book = self._world.balancers.book
            requests = dict(book.requests)
            since = {arn: count - self._requests.get(arn, 0) for arn, count in requests.items()}
            load = {id_: seconds - self._used[id_] for id_, seconds in used.items() if id_ in self._used}
            self._requests, self._used = requests, used
            for _, backend in list(autoscaling_backends[self._world.account_id].items()):
                forget_orphans(backend)
                for group in list(backend.autoscaling_groups.values()):
                    self._look(self._fleet.state(group), self._policies(backend, group), since, load)

    def _policies(self, backend: Any, group: Any) -> list[Any]:
        return [
            policy
            for policy in backend.policies.values()
            if policy.auto_scaling_group_name == group.name and policy.policy_type == TRACKING and policy.enabled
        ]

    def _read_processors(self) -> dict[str, float]:
        """Of the instances in groups that have such a policy; a machine that cannot say is left out."""
        with self._world.lock:
            ids = [
                member.instance_id
                for _, backend in list(autoscaling_backends[self._world.account_id].items())
                for group in backend.autoscaling_groups.values()
                if any(_kind(policy) == CPU for policy in self._policies(backend, group))
                for member in self._fleet.state(group).members
                if member.lifecycle_state == "InService"
            ]
        read = {id_: self._world.machines.processor_seconds(id_) for id_ in ids}
        return {id_: seconds for id_, seconds in read.items() if seconds is not None}

    def _look(self, state: GroupState, policies: list[Any], requests: dict[str, int], load: dict[str, float]) -> None:
        proposals: list[tuple[Any, Proposal]] = []
        for policy in policies:
            warming = self._warming(state, policy)
            measure = _cpu(state, load, warming) if _kind(policy) == CPU else self._requests_of(state, policy, requests)
            policy.measures = [*policy.measures, measure][-LOW_PERIODS:]
            configuration = vars(policy.target_tracking_configuration)
            proposal = propose(
                policy.measures, float(configuration["TargetValue"]), not configuration["DisableScaleIn"]
            )
            alarms.show(state.group, policy, measure.value, proposal, self._fleet.now)
            proposals.append((policy, proposal))
        suspended = {process["ProcessName"] for process in state.group.suspended_processes}
        if proposals and "AlarmNotification" not in suspended and not state.deleting:
            self._set_capacity(state, proposals)

    def _set_capacity(self, state: GroupState, proposals: list[tuple[Any, Proposal]]) -> None:
        group, before = state.group, state.group.desired_capacity
        warming = any(self._warming(state, policy) for policy, _ in proposals)
        after = capacity([one for _, one in proposals], before, group.min_size, group.max_size, warming)
        if after == before:
            return
        grows = after > before
        policy = next(p for p, one in proposals if min(max(one.capacity, group.min_size), group.max_size) == after)
        group.desired_capacity = after
        alarm = alarms.name_of(policy, grows)
        state.user_cause = words.alarmed(self._fleet.now, alarm, policy.name, before, after)
        state.next_launch_at = 0.0

    def _warming(self, state: GroupState, policy: Any) -> set[str]:
        """Instances whose values do not count yet."""
        given = (policy.estimated_instance_warmup, getattr(state.group, "default_instance_warmup", None))
        seconds = next((int(one) for one in given if one is not None), DEFAULT_WARMUP)
        now = self._fleet.now.timestamp()
        return {
            member.instance_id
            for member in state.members
            if member.lifecycle_state.startswith("Pending")
            or (member.lifecycle_state == "InService" and now < (member.in_service_at or now) + seconds)
        }

    def _requests_of(self, state: GroupState, policy: Any, requests: dict[str, int]) -> Measure:
        """Requests per healthy target and minute: those for which the balancer chose one of the target group's.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html (RequestCountPerTarget)
        """
        elb = elbv2_backends[state.group.account_id][state.group.region]
        label = predefined(policy)["ResourceLabel"]
        found = next((g for g in elb.target_groups.values() if label.endswith(f"/{target_group_label(g.arn)}")), None)
        if found is None:
            return Measure(None)
        targets = self._world.balancers.book.of(found.arn)
        healthy = sum(found.health_for({"Id": id_}, elb.ec2_backend).status == "healthy" for id_ in list(targets))
        if not healthy:
            return Measure(None)
        return Measure(requests.get(found.arn, 0) * MINUTE / settings.TRACKING_PERIOD / healthy, healthy)


def _kind(policy: Any) -> str:
    return predefined(policy)["PredefinedMetricType"]


def _cpu(state: GroupState, load: dict[str, float], warming: set[str]) -> Measure:
    """Percent of the processors that an instance has: those of its type, but no more than this computer's."""
    shares = []
    for member in state.members:
        if member.instance_id in load and member.instance_id not in warming:
            wanted = INSTANCE_TYPES[member.instance_type]["VCpuInfo"]["DefaultVCpus"]
            processors = min(wanted, os.cpu_count() or 1)
            shares.append(min(100.0, 100.0 * load[member.instance_id] / settings.TRACKING_PERIOD / processors))
    return Measure(sum(shares) / len(shares), len(shares)) if shares else Measure(None)
