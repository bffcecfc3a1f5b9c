# How many instances there are, between min_size and max_size, follows what visitors ask for: AWS keeps a metric near its
# target, starts instances fast and ends them slowly. With two targets the one that wants more instances decides.
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
locals {
  scaling_targets = {
    for name, target in {
      requests = { metric = "ALBRequestCountPerTarget", value = try(var.scaling.requests_per_target, null) }
      cpu      = { metric = "ASGAverageCPUUtilization", value = try(var.scaling.cpu, null) }
    } : name => target if target.value != null
  }
}

resource "aws_autoscaling_policy" "tracking" {
  for_each = local.scaling_targets

  name                   = "${local.name}-${each.key}"
  autoscaling_group_name = aws_autoscaling_group.web.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = each.value.value

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
      resource_label         = each.key == "requests" ? "${aws_lb.web.arn_suffix}/${aws_lb_target_group.web.arn_suffix}" : null
    }
  }
}
