# A balancer and a group as widely used modules make them: the same resources and arguments, so the same calls.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.99"
    }
  }
}

provider "aws" {}

variable "greeting" {
  type    = string
  default = "one"
}

locals {
  tags = { team = "others" }
}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_ami" "debian" {
  owners      = ["136693071363"]
  most_recent = true

  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_security_group" "web" {
  name_prefix = "others-"
  description = "a balancer and its targets"
  vpc_id      = data.aws_vpc.default.id
  tags        = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "http" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 80
  to_port           = 80
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = data.aws_vpc.default.cidr_block
  ip_protocol       = "-1"
}

resource "aws_lb" "web" {
  name                             = "others"
  load_balancer_type               = "application"
  drop_invalid_header_fields       = true
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = false
  security_groups                  = [aws_security_group.web.id]
  subnets                          = slice(sort(data.aws_subnets.default.ids), 0, 2)
  tags                             = local.tags
}

resource "aws_lb_target_group" "web" {
  name_prefix                       = "web-"
  port                              = 8080
  protocol                          = "HTTP"
  target_type                       = "instance"
  vpc_id                            = data.aws_vpc.default.id
  deregistration_delay              = 5
  load_balancing_cross_zone_enabled = true
  tags                              = local.tags

  health_check {
    path                = "/health"
    port                = "traffic-port"
    matcher             = "200-399"
    interval            = 5
    timeout             = 2
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  stickiness {
    type            = "lb_cookie"
    cookie_duration = 3600
    enabled         = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"
  tags              = local.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_listener_rule" "fixed" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 10
  tags         = local.tags

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "ok"
      status_code  = 200
    }
  }

  condition {
    path_pattern {
      values = ["/fixed*"]
    }
  }
}

resource "aws_lb_listener_rule" "moved" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 20

  action {
    type = "redirect"

    redirect {
      host        = "example.org"
      path        = "/"
      protocol    = "HTTPS"
      query       = ""
      status_code = "HTTP_302"
    }
  }

  condition {
    http_header {
      http_header_name = "X-Old"
      values           = ["1"]
    }
  }

  condition {
    query_string {
      key   = "a"
      value = "b"
    }
  }
}

resource "aws_iam_role" "web" {
  name_prefix           = "others-"
  path                  = "/ec2/"
  description           = "a role of others"
  assume_role_policy    = data.aws_iam_policy_document.assume.json
  force_detach_policies = true
  tags                  = local.tags
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.web.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "web" {
  name_prefix = "others-"
  path        = "/ec2/"
  role        = aws_iam_role.web.name
  tags        = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_launch_template" "web" {
  name_prefix            = "others-"
  description            = "what others launch"
  ebs_optimized          = true
  image_id               = data.aws_ami.debian.id
  instance_type          = "t3.micro"
  update_default_version = true
  user_data              = base64encode("#!/bin/sh\necho ${var.greeting}\n")
  tags                   = local.tags

  block_device_mappings {
    device_name = "/dev/xvda"
    no_device   = 0

    ebs {
      delete_on_termination = true
      encrypted             = true
      volume_size           = 20
      volume_type           = "gp3"
    }
  }

  capacity_reservation_specification {
    capacity_reservation_preference = "open"
  }

  cpu_options {
    core_count       = 1
    threads_per_core = 1
  }

  credit_specification {
    cpu_credits = "standard"
  }

  iam_instance_profile {
    arn = aws_iam_instance_profile.web.arn
  }

  maintenance_options {
    auto_recovery = "default"
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
    http_tokens                 = "required"
  }

  monitoring {
    enabled = true
  }

  network_interfaces {
    delete_on_termination = true
    description           = "eth0"
    device_index          = 0
    security_groups       = [aws_security_group.web.id]
  }

  private_dns_name_options {
    hostname_type = "resource-name"
  }

  dynamic "tag_specifications" {
    for_each = ["instance", "volume"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { kind = tag_specifications.value })
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_autoscaling_group" "web" {
  name_prefix               = "others-"
  min_size                  = 1
  max_size                  = 3
  desired_capacity          = 2
  default_instance_warmup   = 1
  health_check_type         = "EC2"
  vpc_zone_identifier       = slice(sort(data.aws_subnets.default.ids), 0, 2)
  wait_for_capacity_timeout = "5m"
  termination_policies      = []
  suspended_processes       = []
  enabled_metrics           = []

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }

  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 150
  }

  instance_refresh {
    strategy = "Rolling"
    triggers = ["tag"]

    preferences {
      instance_warmup              = 1
      min_healthy_percentage       = 50
      max_healthy_percentage       = 100
      auto_rollback                = true
      scale_in_protected_instances = "Refresh"
      skip_matching                = false
      standby_instances            = "Terminate"
    }
  }

  dynamic "tag" {
    for_each = merge(local.tags, { Name = "others" })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [load_balancers, target_group_arns]
  }
}

resource "aws_autoscaling_traffic_source_attachment" "web" {
  autoscaling_group_name = aws_autoscaling_group.web.id

  traffic_source {
    identifier = aws_lb_target_group.web.arn
    type       = "elbv2"
  }
}

resource "aws_autoscaling_schedule" "night" {
  scheduled_action_name  = "night"
  autoscaling_group_name = aws_autoscaling_group.web.name
  min_size               = 1
  max_size               = 1
  desired_capacity       = 1
  recurrence             = "0 18 * * 1-5"
  time_zone              = "Europe/Berlin"
}

resource "aws_autoscaling_policy" "cpu" {
  name                      = "cpu"
  autoscaling_group_name    = aws_autoscaling_group.web.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = 1200

  target_tracking_configuration {
    target_value = 50

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_autoscaling_policy" "requests" {
  name                      = "requests"
  autoscaling_group_name    = aws_autoscaling_group.web.name
  policy_type               = "TargetTrackingScaling"
  estimated_instance_warmup = 120

  target_tracking_configuration {
    target_value = 800

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.web.arn_suffix}/${aws_lb_target_group.web.arn_suffix}"
    }
  }

  # As on AWS, the group has to have the target group, and a listener has to forward to it.
  depends_on = [aws_lb_listener.http, aws_autoscaling_traffic_source_attachment.web]
}

resource "aws_autoscaling_policy" "step" {
  name                   = "step"
  autoscaling_group_name = aws_autoscaling_group.web.name
  policy_type            = "StepScaling"
  adjustment_type        = "PercentChangeInCapacity"

  step_adjustment {
    scaling_adjustment          = 10
    metric_interval_lower_bound = 0
    metric_interval_upper_bound = 10
  }

  step_adjustment {
    scaling_adjustment          = 20
    metric_interval_lower_bound = 10
  }
}

output "group" {
  value = aws_autoscaling_group.web.name
}
