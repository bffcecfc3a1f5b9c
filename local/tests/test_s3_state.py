"""What Terraform's S3 backend and the command line need of S3 and STS."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from embedded_aws.world import World


def test_second_writer_of_a_lock_file_is_refused(world: World) -> None:
    s3 = world.clients.s3
    s3.create_bucket(Bucket="state")
    s3.put_object(Bucket="state", Key="lock", Body=b"mine", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket="state", Key="lock", Body=b"yours", IfNoneMatch="*")
    s3.delete_object(Bucket="state", Key="lock")
    s3.put_object(Bucket="state", Key="lock", Body=b"yours", IfNoneMatch="*")


def test_state_bucket_can_be_versioned_encrypted_and_private(world: World) -> None:
    s3 = world.clients.s3
    s3.create_bucket(Bucket="state")
    s3.put_bucket_versioning(Bucket="state", VersioningConfiguration={"Status": "Enabled"})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket="state", ServerSideEncryptionConfiguration={"Rules": [rule]})
    closed = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket="state", PublicAccessBlockConfiguration=closed)
    assert s3.get_bucket_versioning(Bucket="state")["Status"] == "Enabled"
    assert s3.get_public_access_block(Bucket="state")["PublicAccessBlockConfiguration"] == closed
    for body in (b"1", b"2"):
        s3.put_object(Bucket="state", Key="a/terraform.tfstate", Body=body)
    assert len(s3.list_object_versions(Bucket="state")["Versions"]) == 2


def test_caller_is_the_worlds_account(world: World) -> None:
    assert world.clients.sts.get_caller_identity()["Account"] == world.account_id
