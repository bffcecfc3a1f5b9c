"""Instance profiles as IAM lists them."""

from __future__ import annotations

from embedded_aws.world import World


def test_profiles_areListedBelowAPath(world: World) -> None:
    iam = world.clients.iam
    iam.create_instance_profile(InstanceProfileName="shop", Path="/ami-deploy/shop/prod/")
    iam.create_instance_profile(InstanceProfileName="other")

    def listed(**prefix: str) -> list[str]:
        return sorted(each["InstanceProfileName"] for each in iam.list_instance_profiles(**prefix)["InstanceProfiles"])

    assert listed() == ["other", "shop"]
    assert listed(PathPrefix="/ami-deploy/shop/") == ["shop"]
    assert listed(PathPrefix="/ami-deploy/web/") == []
