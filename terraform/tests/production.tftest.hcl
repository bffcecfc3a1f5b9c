# What production needs, each off unless it is asked for.
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

run "everything_asked_for" {
  variables {
    certificate_arn      = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
    domain_name          = "www.example.com"
    hosted_zone_id       = "Z0PUBLIC"
    max_size             = 4
    scaling              = { requests_per_target = 1000, cpu = 60 }
    access_logs_bucket   = "logs-of-everything"
    deletion_protection  = true
    private_subnet_ids   = ["subnet-0ccccccc2", "subnet-0ccccccc1"]
    health_check_matcher = "200,301"
  }

  # What AWS answers: something has scaled the group.
  override_resource {
    target = aws_autoscaling_group.web
    values = { desired_capacity = 3 }
  }

  override_data {
    target = data.aws_subnets.private[0]
    values = { ids = ["subnet-0ccccccc1", "subnet-0ccccccc2"] }
  }

  override_data {
    target = data.aws_subnet.private
    values = { availability_zone = "eu-central-1b" }
  }

  assert {
    condition = (
      aws_lb_listener.https[0].port == 443 && aws_lb_listener.https[0].protocol == "HTTPS" &&
      aws_lb_listener.https[0].certificate_arn == "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd" &&
      startswith(aws_lb_listener.https[0].ssl_policy, "ELBSecurityPolicy-TLS13-1-2-") &&
      aws_lb_listener.https[0].default_action[0].target_group_arn == aws_lb_target_group.web.arn
    )
    error_message = "HTTPS must be served on port 443, by TLS 1.2 or newer, with the certificate."
  }

  assert {
    condition = (
      aws_lb_listener.http.port == 80 && aws_lb_listener.http.default_action[0].type == "redirect" &&
      aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" &&
      aws_lb_listener.http.default_action[0].redirect[0].port == "443" &&
      aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
    )
    error_message = "Port 80 must send visitors to HTTPS."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.load_balancer_https[0].from_port == 443 && aws_vpc_security_group_ingress_rule.load_balancer_https[0].to_port == 443
    error_message = "The balancer must take tcp 443."
  }

  assert {
    condition = (
      aws_route53_record.web[0].zone_id == "Z0PUBLIC" && aws_route53_record.web[0].name == "www.example.com" && aws_route53_record.web[0].type == "A" &&
      one(aws_route53_record.web[0].alias).name == "web-test-1.eu-central-1.elb.amazonaws.com" && one(aws_route53_record.web[0].alias).zone_id == "Z0BALANCER"
    )
    error_message = "The name must be an alias of the balancer."
  }

  assert {
    condition     = output.url == "https://www.example.com"
    error_message = "The URL must be the name, by HTTPS."
  }

  assert {
    condition = { for name, policy in aws_autoscaling_policy.tracking : name => "${policy.target_tracking_configuration[0].predefined_metric_specification[0].predefined_metric_type} ${policy.target_tracking_configuration[0].target_value}" } == {
      cpu      = "ASGAverageCPUUtilization 60"
      requests = "ALBRequestCountPerTarget 1000"
    }
    error_message = "The group must follow both targets."
  }

  assert {
    condition     = aws_autoscaling_policy.tracking["requests"].target_tracking_configuration[0].predefined_metric_specification[0].resource_label == "app/web-test/0123456789abcdef/targetgroup/web-test/0123456789abcdef"
    error_message = "Requests must be counted of this balancer and target group."
  }

  assert {
    condition     = aws_launch_template.web.monitoring[0].enabled
    error_message = "Scaling by the processor needs a value every minute."
  }

  assert {
    condition     = aws_lb.web.enable_deletion_protection && aws_lb.web.access_logs[0].enabled && aws_lb.web.access_logs[0].bucket == "logs-of-everything" && aws_lb.web.access_logs[0].prefix == "web-test"
    error_message = "The balancer must be protected, and write its logs."
  }

  assert {
    condition     = toset(aws_autoscaling_group.web.vpc_zone_identifier) == toset(["subnet-0ccccccc1", "subnet-0ccccccc2"]) && toset(aws_lb.web.subnets) == toset(["subnet-0aaaaaaaa", "subnet-0bbbbbbbb"])
    error_message = "Instances must be in the private subnets, the balancer in the public ones."
  }

  assert {
    condition     = aws_launch_template.web.network_interfaces[0].associate_public_ip_address == "false" && toset(aws_launch_template.web.network_interfaces[0].security_groups) == toset([aws_security_group.instance.id]) && aws_launch_template.web.vpc_security_group_ids == null
    error_message = "Instances must have no public address, and their group on the interface."
  }

  assert {
    condition     = aws_lb_target_group.web.health_check[0].matcher == "200,301"
    error_message = "The codes of a healthy answer must reach the target group."
  }
}

# A plan says nothing of the number, so that the first apply starts min_size and every other leaves it.
run "what_scaled_the_group_is_not_put_back" {
  command = plan

  variables {
    min_size        = 2
    max_size        = 4
    scaling         = { requests_per_target = 1000 }
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
  }

  assert {
    condition     = aws_autoscaling_group.web.desired_capacity == 3
    error_message = "With scaling the configuration must not say how many instances there are."
  }

  assert {
    condition     = keys(aws_autoscaling_policy.tracking) == ["requests"] && !aws_launch_template.web.monitoring[0].enabled
    error_message = "A target that is not named must not be followed."
  }
}

run "a_certificate_alone_is_https_by_the_balancers_name" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
  }

  override_resource {
    target          = aws_lb.web
    override_during = plan
    values          = { dns_name = "web-test-1.eu-central-1.elb.amazonaws.com" }
  }

  assert {
    condition     = output.url == "https://web-test-1.eu-central-1.elb.amazonaws.com" && length(aws_route53_record.web) == 0
    error_message = "Without a name of its own the URL must be the balancer's, by HTTPS."
  }
}

run "a_private_subnet_is_not_the_balancers" {
  command = plan

  variables {
    private_subnet_ids = ["subnet-0ccccccc1"]
  }

  override_data {
    target = data.aws_subnets.chosen
    values = { ids = ["subnet-0aaaaaaaa", "subnet-0bbbbbbbb", "subnet-0ccccccc1"] }
  }

  override_data {
    target = data.aws_subnets.private[0]
    values = { ids = ["subnet-0ccccccc1"] }
  }

  override_data {
    target = data.aws_subnet.private
    values = { availability_zone = "eu-central-1a" }
  }

  assert {
    condition     = toset(aws_lb.web.subnets) == toset(["subnet-0aaaaaaaa", "subnet-0bbbbbbbb"])
    error_message = "Where subnet_ids is empty, the balancer must be in all other subnets."
  }
}

run "a_private_subnet_of_a_zone_without_balancer_is_refused" {
  command = plan

  variables {
    private_subnet_ids = ["subnet-0ccccccc1"]
  }

  override_data {
    target = data.aws_subnets.private[0]
    values = { ids = ["subnet-0ccccccc1"] }
  }

  override_data {
    target = data.aws_subnet.private
    values = { availability_zone = "eu-central-1c" }
  }

  expect_failures = [data.aws_vpc.chosen]
}

run "a_private_subnet_of_another_vpc_is_refused" {
  command = plan

  variables {
    private_subnet_ids = ["subnet-0ccccccc1"]
  }

  override_data {
    target = data.aws_subnets.private[0]
    values = { ids = [] }
  }

  expect_failures = [data.aws_subnets.private[0]]
}

run "a_name_outside_of_its_zone_is_refused" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
    domain_name     = "www.notexample.com"
    hosted_zone_id  = "Z0PUBLIC"
  }

  expect_failures = [data.aws_route53_zone.chosen[0]]
}

run "an_unknown_zone_is_refused" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
    domain_name     = "www.example.com"
    hosted_zone_id  = "Z0UNKNOWN"
  }

  expect_failures = [data.aws_route53_zones.all[0]]
}
