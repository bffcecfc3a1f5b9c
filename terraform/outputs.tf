output "url" {
  description = "Address of the application."
  value       = local.https ? "https://${coalesce(var.domain_name, aws_lb.web.dns_name)}" : "http://${aws_lb.web.dns_name}"
}

output "asg_name" {
  description = "Name of the Auto Scaling group."
  value       = aws_autoscaling_group.web.name
}

output "launch_template_id" {
  description = "Id of the launch template."
  value       = aws_launch_template.web.id
}

output "launch_template_version" {
  description = "Number of the launch template's newest version: the one that a rollout brings the group to."
  value       = tostring(aws_launch_template.web.latest_version)
}

output "target_group_arns" {
  description = "ARNs of the target groups in which every instance must be healthy."
  value       = [aws_lb_target_group.web.arn]
}

output "image_id" {
  description = "Image of the launch template's newest version."
  value       = aws_launch_template.web.image_id
}

output "commit" {
  description = "Commit of the release, as the page shows it."
  value       = local.release.commit
}

output "app_version" {
  description = "Version of the release, as the page shows it."
  value       = local.release.version
}

output "region" {
  description = "Region of the stack."
  value       = var.region
}

output "instance_warmup" {
  description = "Seconds that a rollout lets a new instance warm up."
  value       = var.instance_warmup
}

output "alarm_names" {
  description = "Names of the alarms, for a rollout that ends when one goes off."
  value = [
    aws_cloudwatch_metric_alarm.healthy_hosts.alarm_name,
    aws_cloudwatch_metric_alarm.target_5xx.alarm_name,
    aws_cloudwatch_metric_alarm.unhealthy_hosts.alarm_name,
  ]
}
