# The group keeps the wanted number of healthy instances and replaces those that the load balancer finds unhealthy.
locals {
  # With scaling nothing: AWS starts min_size, and what scaled the group since is not put back.
  desired_capacity = var.scaling == null ? coalesce(var.desired_capacity, var.min_size) : null
}

resource "aws_autoscaling_group" "web" {
  name                = local.name
  min_size            = var.min_size
  max_size            = var.max_size
  desired_capacity    = local.desired_capacity
  vpc_zone_identifier = local.instance_subnet_ids
  target_group_arns   = [aws_lb_target_group.web.arn]

  health_check_type         = "ELB"
  health_check_grace_period = var.health_check_grace_period
  default_instance_warmup   = var.instance_warmup > 0 ? var.instance_warmup : null

  # Apply shapes the group and ends. Waiting for health belongs to the rollout, which can say why it does not come; here
  # a version that never gets healthy would hold the state lock until a timeout and then taint the group.
  wait_for_capacity_timeout = "0"

  # Numbered, since neither a rollback nor skip matching works with $Latest.
  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }

  # Any replacement starts the new instance first, also that of an unhealthy one: a group of 1 goes to 2 and back.
  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 200
  }

  # Free, and without them the group's own history is not in CloudWatch.
  metrics_granularity = "1Minute"
  enabled_metrics = [
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
  ]

  # Only the stack's tags: a release's come to instances and volumes from the launch template's version.
  dynamic "tag" {
    for_each = merge(local.stack_tags, { Name = local.name })
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # An instance that started before its way in is open would begin with failed health checks, and without its rights cannot
  # start the application; on destroy, instances go before the rules and the listener that serve them.
  depends_on = [
    aws_iam_role_policy.secrets,
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_vpc_security_group_ingress_rule.instance_http,
    aws_vpc_security_group_egress_rule.load_balancer_to_instances,
  ]

  lifecycle {
    # The first version is Terraform's; each later one is the rollout's, and AWS writes it here when a refresh succeeds.
    ignore_changes = [launch_template]
  }
}
