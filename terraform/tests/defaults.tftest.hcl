# What a variables file of three values gives.
mock_provider "aws" {
  source = "./tests/mocks"
}

override_data {
  target = data.aws_subnet.chosen["subnet-0aaaaaaaa"]
  values = { availability_zone = "eu-central-1a" }
}

override_data {
  target = data.aws_subnet.chosen["subnet-0bbbbbbbb"]
  values = { availability_zone = "eu-central-1b" }
}

variables {
  app         = "web"
  environment = "test"
  region      = "eu-central-1"
  image_id    = "ami-0aaaaaaaa"
}

run "one_instance_behind_one_balancer_watched_and_locked_down" {
  assert {
    condition     = aws_autoscaling_group.web.min_size == 1 && aws_autoscaling_group.web.max_size == 1 && aws_autoscaling_group.web.desired_capacity == 1
    error_message = "The group must be of 1 by default."
  }

  assert {
    condition     = toset(aws_autoscaling_group.web.vpc_zone_identifier) == toset(["subnet-0aaaaaaaa", "subnet-0bbbbbbbb"])
    error_message = "The group must use the subnets of both zones."
  }

  assert {
    condition     = aws_lb.web.ip_address_type == "ipv4" && !aws_lb.web.internal && aws_lb.web.drop_invalid_header_fields
    error_message = "The load balancer must be internet-facing, IPv4 only, and drop invalid headers."
  }

  assert {
    condition = (
      length(aws_lb_listener.https) == 0 && length(aws_vpc_security_group_ingress_rule.load_balancer_https) == 0 &&
      length(aws_route53_record.web) == 0 && length(aws_autoscaling_policy.tracking) == 0 && length(aws_iam_role.instance) == 0 &&
      !aws_lb.web.enable_deletion_protection && !aws_lb.web.access_logs[0].enabled &&
      length(aws_launch_template.web.network_interfaces) == 0 && length(aws_launch_template.web.iam_instance_profile) == 0
    )
    error_message = "What production needs must be off unless it is asked for."
  }

  assert {
    condition     = output.url == "http://web-test-1.eu-central-1.elb.amazonaws.com"
    error_message = "The URL must be the balancer's, by HTTP."
  }

  assert {
    condition     = aws_lb_listener.http.port == 80 && aws_lb_listener.http.protocol == "HTTP" && aws_lb_listener.http.default_action[0].target_group_arn == aws_lb_target_group.web.arn
    error_message = "The listener must forward HTTP on port 80 to the target group."
  }

  assert {
    condition     = aws_lb_target_group.web.health_check[0].path == "/health" && aws_lb_target_group.web.health_check[0].matcher == "200" && aws_lb_target_group.web.health_check[0].interval == 10
    error_message = "The target group must ask /health every 10 s for a 200."
  }

  assert {
    condition     = aws_autoscaling_group.web.health_check_type == "ELB" && aws_autoscaling_group.web.health_check_grace_period == 60
    error_message = "The group must heed the load balancer's health checks, 60 s after a launch."
  }

  assert {
    condition     = aws_autoscaling_group.web.instance_maintenance_policy[0].min_healthy_percentage == 100 && aws_autoscaling_group.web.instance_maintenance_policy[0].max_healthy_percentage == 200
    error_message = "A replacement must start before its predecessor ends."
  }

  assert {
    condition     = aws_autoscaling_group.web.wait_for_capacity_timeout == "0"
    error_message = "Apply must not wait for health: that is the rollout's task."
  }

  assert {
    condition     = aws_launch_template.web.metadata_options[0].http_tokens == "required" && aws_launch_template.web.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "Instances must answer IMDSv2 only, one hop away."
  }

  assert {
    condition     = aws_launch_template.web.block_device_mappings[0].device_name == "/dev/xvda" && aws_launch_template.web.block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.web.block_device_mappings[0].ebs[0].volume_type == "gp3"
    error_message = "The image's own root device must be an encrypted gp3 volume."
  }

  assert {
    condition     = aws_launch_template.web.key_name == null
    error_message = "There must be no key pair unless one is named."
  }

  assert {
    condition = toset([for alarm in [
      aws_cloudwatch_metric_alarm.unhealthy_hosts, aws_cloudwatch_metric_alarm.healthy_hosts, aws_cloudwatch_metric_alarm.target_5xx,
      ] : "${alarm.metric_name} ${alarm.dimensions.TargetGroup}"]) == toset([
      "UnHealthyHostCount targetgroup/web-test/0123456789abcdef",
      "HealthyHostCount targetgroup/web-test/0123456789abcdef",
      "HTTPCode_Target_5XX_Count targetgroup/web-test/0123456789abcdef",
    ])
    error_message = "Unhealthy hosts, healthy hosts and 5xx answers must be watched."
  }
}

run "a_group_of_three_is_another_value" {
  command = plan

  variables {
    min_size      = 3
    max_size      = 6
    alarm_actions = ["arn:aws:sns:eu-central-1:123456789012:alerts"]
  }

  assert {
    condition     = aws_autoscaling_group.web.desired_capacity == 3 && aws_autoscaling_group.web.max_size == 6 && aws_cloudwatch_metric_alarm.healthy_hosts.threshold == 3
    error_message = "Sizes must reach the group and the alarm."
  }

  assert {
    condition     = contains(aws_cloudwatch_metric_alarm.healthy_hosts.alarm_actions, "arn:aws:sns:eu-central-1:123456789012:alerts")
    error_message = "Alarm actions must reach the alarms."
  }
}

# What only others read is taken as it is; that one of them is a secret hides nothing of the stack.
run "told_of_releases_nothing_of_the_stack_changes" {
  command = plan

  variables {
    release_topic_arn   = "arn:aws:sns:eu-central-1:123456789012:releases"
    release_webhook_url = "https://hooks.example.com/T1/s3cret?x=y"
  }

  assert {
    condition     = aws_lb_target_group.web.vpc_id != "" && !issensitive(aws_lb_target_group.web.vpc_id)
    error_message = "The VPC must not be hidden by the webhook's secret."
  }
}
