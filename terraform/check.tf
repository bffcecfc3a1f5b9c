# A deployment wants to know that its variables are right before it bakes, when there is no image yet. It then plans with
# `-target=data.aws_vpc.chosen`, and Terraform applies the validation rules of those variables only that the target refers
# to: here are all of them, and the look-up of the VPC refers to this list.
locals {
  every_variable = [
    var.app,
    var.environment,
    var.region,
    var.account_id,
    var.extra_tags,
    var.vpc_id,
    var.subnet_ids,
    var.private_subnet_ids,
    var.image_id,
    var.build,
    var.commit,
    var.app_version,
    var.take_up,
    var.state_bucket,
    var.require_approval,
    var.release_topic_arn,
    var.release_webhook_url,
    var.instance_type,
    var.key_name,
    var.instance_egress,
    var.app_environment,
    var.app_secrets,
    var.secrets_kms_key_arn,
    var.permissions_boundary_arn,
    var.min_size,
    var.max_size,
    var.desired_capacity,
    var.scaling,
    var.instance_warmup,
    var.certificate_arn,
    var.domain_name,
    var.hosted_zone_id,
    var.access_logs_bucket,
    var.deletion_protection,
    var.health_check_path,
    var.health_check_matcher,
    var.health_check_interval,
    var.health_check_timeout,
    var.healthy_threshold,
    var.unhealthy_threshold,
    var.health_check_grace_period,
    var.deregistration_delay,
    var.alarm_actions,
    var.alarm_5xx_per_minute,
  ]

  # The same for look-ups that refuse something: those in its reach are made, and what they refuse is refused before a bake.
  every_look_up = [
    data.aws_ec2_instance_type.chosen,
    data.aws_route53_zone.chosen,
    data.aws_subnet.private,
  ]
}
