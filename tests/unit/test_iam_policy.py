"""The judgement of a call log by the IAM policies, and what the shipped policies must keep to."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import iam_policy

#: AWS counts a managed policy without white space.
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LONGEST_MANAGED_POLICY = 6144


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    def write(name: str, *actions: str | list[str]) -> None:
        statements = [{"Effect": "Allow", "Action": action, "Resource": "*"} for action in actions]
        (tmp_path / name).write_text(json.dumps({"Statement": statements}))

    write("read.json", ["ec2:DescribeImages", "elasticloadbalancing:Describe*"])
    write("write.json", "ec2:RunInstances", ["s3:GetObject", "s3:ListBucket", "s3:PutEncryptionConfiguration"])
    return tmp_path


def call(service: str, action: str) -> dict[str, str]:
    return {"service": service, "action": action, "status": "200"}


def test_refusedCalls_everythingAllowed_isEmpty(policies: Path):
    calls = [call("ec2", "RunInstances"), call("ec2", "DescribeImages"), call("ec2", "RunInstances")]
    assert iam_policy.refused_calls(calls, policies) == set()


def test_refusedCalls_actionInNoPolicy_namesIt(policies: Path):
    calls = [call("ec2", "RunInstances"), call("ec2", "TerminateInstances")]
    assert iam_policy.refused_calls(calls, policies) == {"ec2:TerminateInstances"}


def test_refusedCalls_sameActionOfAnotherService_isRefused(policies: Path):
    assert iam_policy.refused_calls([call("rds", "DescribeImages")], policies) == {"rds:DescribeImages"}


def test_refusedCalls_wildcardAndServiceName_areUnderstood(policies: Path):
    assert iam_policy.refused_calls([call("elbv2", "DescribeTags")], policies) == set()
    assert iam_policy.refused_calls([call("elbv2", "AddTags")], policies) == {"elasticloadbalancing:AddTags"}


@pytest.mark.parametrize("action", ["HeadObject", "GetObject", "HeadBucket", "ListObjectsV2", "PutBucketEncryption"])
def test_refusedCalls_s3OperationWithAnotherPermissionName_isAllowed(policies: Path, action: str):
    assert iam_policy.refused_calls([call("s3", action)], policies) == set()


def test_refusedCalls_copyInS3_needsBothPermissions(policies: Path):
    assert iam_policy.refused_calls([call("s3", "CopyObject")], policies) == {"s3:PutObject"}


def test_refusedCalls_callThatNeedsNoPermission_isAllowed(policies: Path):
    assert iam_policy.refused_calls([call("sts", "GetCallerIdentity")], policies) == set()


def test_unusedActions_namesWhatWasNeverCalled(policies: Path):
    calls = [call("ec2", "RunInstances"), call("s3", "HeadObject"), call("elbv2", "DescribeTags")]
    assert iam_policy.unused_actions(calls, policies) == {
        "ec2:DescribeImages",
        "s3:ListBucket",
        "s3:PutEncryptionConfiguration",
    }


def test_allowed_statementThatIsNotUnderstood_isAnError(tmp_path: Path):
    (tmp_path / "deny.json").write_text('{"Statement": [{"Sid": "No", "Effect": "Deny", "Action": "*"}]}')
    with pytest.raises(ValueError, match="No"):
        iam_policy.allowed(tmp_path)


def test_allowed_noPolicyAtAll_isAnError(tmp_path: Path):
    with pytest.raises(ValueError, match="no policy"):
        iam_policy.allowed(tmp_path)


def test_main_refusedCall_printsBothSetsAndFails(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    log = tmp_path / "calls.jsonl"
    log.write_text(json.dumps(call("ec2", "RunInstances")) + "\n" + json.dumps(call("iam", "CreateUser")) + "\n")
    assert iam_policy.main([str(log)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "called, not allowed: iam:CreateUser" in lines
    assert "allowed, not called: ec2:TerminateInstances" in lines
    assert "allowed, not called: ec2:RunInstances" not in lines


@pytest.mark.parametrize("file", sorted(iam_policy.POLICIES.glob("*.json")), ids=lambda file: file.name)
def test_shippedPolicy_keepsToIamLimitsAndNamesEveryStatement(file: Path):
    policy = json.loads(file.read_text(encoding="utf-8"))
    longest_name = "x" * 21
    assert len(json.dumps(policy, separators=(",", ":")).replace("APP", longest_name)) <= LONGEST_MANAGED_POLICY
    names = [statement["Sid"] for statement in policy["Statement"]]
    assert len(set(names)) == len(names)
    assert all(name.isalnum() for name in names)


def test_shippedPolicies_nothingThatChangesIsAllowedOnEverything():
    for file in iam_policy.POLICIES.glob("*.json"):
        for statement in json.loads(file.read_text(encoding="utf-8"))["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            if statement["Resource"] == "*" and "Condition" not in statement:
                reads = ("Decode", "Describe", "Get", "List")
                assert all(action.split(":")[1].startswith(reads) for action in actions), statement["Sid"]
