package io.jenkins.plugins.amideploy.engine.diagnosis;

import java.util.List;
import java.util.Optional;

/** What the account has not, or not enough of, in the words of EC2 and its neighbours (EC2 API reference, "Error codes"). */
final class AccountWords {
    private static final List<Rule> RULES = List.of(
            Rule.words(
                    "Not authorized for images: \\[?(ami-\\w+)",
                    Cause.IMAGE_NOT_SHARED,
                    "image {1} belongs to another account, which has not shared it with this one",
                    "have its owner share the image and its snapshots, with the key of encrypted ones, or choose another"),
            Rule.words(
                    "image id '\\[?(ami-\\w+)]?' (?:does not exist|is no longer available)|InvalidAMIID\\.(?:NotFound|Unavailable)",
                    Cause.IMAGE_MISSING,
                    "image {1} does not exist in this region, or is not shared with this account",
                    "name another image, or bake it again"),
            Rule.words(
                    "S3 bucket \"([^\"]+)\" does not exist",
                    Cause.STATE_BUCKET_MISSING,
                    "state bucket {1} does not exist",
                    "run again with --create-state-bucket, or set state_bucket in the variables file"),
            Rule.codes(
                    "NoSuchBucket",
                    Cause.STATE_BUCKET_MISSING,
                    "the bucket for the state does not exist",
                    "run again with --create-state-bucket, or set state_bucket in the variables file"),
            Rule.words(
                    "deletion protection is enabled",
                    Cause.DELETION_PROTECTED,
                    "something has deletion protection",
                    "take the protection off first"),
            Rule.codes(
                    "InsufficientFreeAddressesInSubnet",
                    Cause.NO_FREE_ADDRESSES,
                    "a subnet has no address left",
                    "free addresses in it, or name other subnet_ids in the variables file"),
            Rule.words(
                    "Not enough IP space available in (subnet-\\w+)",
                    Cause.NO_FREE_ADDRESSES,
                    "subnet {1} has too few addresses left: a load balancer needs eight",
                    "free addresses in it, or name other subnet_ids in the variables file"),
            Rule.codes(
                    "InsufficientInstanceCapacity InsufficientHostCapacity",
                    Cause.NO_AWS_CAPACITY,
                    "AWS has no machines of this type left in the zone at the moment",
                    "run the same command again later, or choose another instance_type"),
            Rule.codes(
                    "VcpuLimitExceeded InstanceLimitExceeded VolumeLimitExceeded AddressLimitExceeded SecurityGroupLimitExceeded"
                            + " RulesPerSecurityGroupLimitExceeded TooManyLoadBalancers TooManyTargetGroups ResourceLimitExceeded"
                            + " QuotaExceeded ServiceQuotaExceededException MaxSpotInstanceCountExceeded",
                    Cause.QUOTA_EXCEEDED,
                    "a quota of the account is used up",
                    "end what is not needed, or ask for a higher quota: https://console.aws.amazon.com/servicequotas/"));

    private AccountWords() {}

    static Optional<Diagnosis> of(AwsSaid said) {
        return Rule.first(RULES, said);
    }
}
