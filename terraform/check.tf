# A deployment wants to know that its variables are right before it bakes, when there is no image yet. It then plans with
# `-target=data.aws_vpc.chosen`, and Terraform applies the validation rules of those variables only that the target refers
# to: here are all of them, and the look-up of the VPC refers to this list.
locals {
  every_variable = [
    var.app,
    var.environment,
    var.region,
    var.extra_tags,
    var.vpc_id,
    var.subnet_ids,
    var.instance_type,
    var.key_name,
    var.instance_egress,
    var.min_size,
    var.max_size,
    var.desired_capacity,
    var.instance_warmup,
    var.health_check_path,
    var.health_check_interval,
    var.health_check_timeout,
    var.healthy_threshold,
    var.unhealthy_threshold,
    var.health_check_grace_period,
    var.deregistration_delay,
    var.alarm_actions,
    var.alarm_5xx_per_minute,
    var.image_id,
    var.build,
    var.commit,
    var.app_version,
    var.state_bucket,
    var.require_approval,
    var.release_topic_arn,
    var.release_webhook_url,
  ]
}
