# What stands and the state does not know is taken up rather than made a second time: an apply was cut off before it could write what it had made,
# or the state was lost, and what stands is what serves. The front door finds it by its tags and says which is which, address to id. What the variables do
# not name (any more) is not taken up. What AWS writes over under the same name needs no import: the role's policy, scaling policies.

import {
  for_each = toset(compact([lookup(var.take_up, "aws_security_group.load_balancer", "")]))
  to       = aws_security_group.load_balancer
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_security_group.instance", "")]))
  to       = aws_security_group.instance
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_vpc_security_group_ingress_rule.load_balancer_http", "")]))
  to       = aws_vpc_security_group_ingress_rule.load_balancer_http
  id       = each.value
}

import {
  for_each = toset(local.https ? compact([lookup(var.take_up, "aws_vpc_security_group_ingress_rule.load_balancer_https[0]", "")]) : [])
  to       = aws_vpc_security_group_ingress_rule.load_balancer_https[0]
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_vpc_security_group_egress_rule.load_balancer_to_instances", "")]))
  to       = aws_vpc_security_group_egress_rule.load_balancer_to_instances
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_vpc_security_group_ingress_rule.instance_http", "")]))
  to       = aws_vpc_security_group_ingress_rule.instance_http
  id       = each.value
}

import {
  for_each = { for key in keys(local.egress) : key => var.take_up["aws_vpc_security_group_egress_rule.instance[\"${key}\"]"] if contains(keys(var.take_up), "aws_vpc_security_group_egress_rule.instance[\"${key}\"]") }
  to       = aws_vpc_security_group_egress_rule.instance[each.key]
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_lb.web", "")]))
  to       = aws_lb.web
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_lb_target_group.web", "")]))
  to       = aws_lb_target_group.web
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_lb_listener.http", "")]))
  to       = aws_lb_listener.http
  id       = each.value
}

import {
  for_each = toset(local.https ? compact([lookup(var.take_up, "aws_lb_listener.https[0]", "")]) : [])
  to       = aws_lb_listener.https[0]
  id       = each.value
}

import {
  for_each = toset(length(var.app_secrets) > 0 ? compact([lookup(var.take_up, "aws_iam_role.instance[0]", "")]) : [])
  to       = aws_iam_role.instance[0]
  id       = each.value
}

import {
  for_each = toset(length(var.app_secrets) > 0 ? compact([lookup(var.take_up, "aws_iam_instance_profile.instance[0]", "")]) : [])
  to       = aws_iam_instance_profile.instance[0]
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_launch_template.web", "")]))
  to       = aws_launch_template.web
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_autoscaling_group.web", "")]))
  to       = aws_autoscaling_group.web
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_cloudwatch_metric_alarm.unhealthy_hosts", "")]))
  to       = aws_cloudwatch_metric_alarm.unhealthy_hosts
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_cloudwatch_metric_alarm.healthy_hosts", "")]))
  to       = aws_cloudwatch_metric_alarm.healthy_hosts
  id       = each.value
}

import {
  for_each = toset(compact([lookup(var.take_up, "aws_cloudwatch_metric_alarm.target_5xx", "")]))
  to       = aws_cloudwatch_metric_alarm.target_5xx
  id       = each.value
}
