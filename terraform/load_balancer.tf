# The way in: an internet-facing application load balancer, IPv4 only, to the healthy instances: HTTP on port 80, or with a
# certificate HTTPS on port 443, and what comes to port 80 is sent there. To the instances it is HTTP, within the VPC.
#
# Its name and the target group's are fixed, so neither can be created before its predecessor is gone. Only another VPC
# replaces them, and that is another environment: destroy this one, or choose a new environment name.
locals {
  https = var.certificate_arn == null ? false : true # spelled out for Checkov, which does not evaluate "!= null"

  # TLS 1.2 and 1.3, forward secrecy only.
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
  tls_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

resource "aws_lb" "web" {
  #checkov:skip=CKV2_AWS_28: a firewall's rules are its owner's, for many stacks; it is associated with the load balancer from there

  name               = local.name
  load_balancer_type = "application"
  internal           = false
  ip_address_type    = "ipv4"
  subnets            = local.subnet_ids
  security_groups    = [aws_security_group.load_balancer.id]

  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  # Always there: taking the block away would leave the logs on.
  access_logs {
    enabled = var.access_logs_bucket != null
    bucket  = var.access_logs_bucket == null ? "" : var.access_logs_bucket
    prefix  = var.access_logs_bucket == null ? null : local.name
  }

  tags = { Name = local.name }
}

resource "aws_lb_target_group" "web" {
  #checkov:skip=CKV_AWS_378: TLS ends at the load balancer; behind it only that reaches the instances, within the VPC

  name                 = local.name
  target_type          = "instance"
  vpc_id               = data.aws_vpc.chosen.id
  protocol             = "HTTP"
  port                 = 80
  deregistration_delay = var.deregistration_delay

  health_check {
    protocol            = "HTTP"
    port                = "traffic-port"
    path                = var.health_check_path
    matcher             = var.health_check_matcher
    interval            = var.health_check_interval
    timeout             = var.health_check_timeout
    healthy_threshold   = var.healthy_threshold
    unhealthy_threshold = var.unhealthy_threshold
  }

  tags = { Name = local.name }
}

resource "aws_lb_listener" "https" {
  count = local.https ? 1 : 0

  load_balancer_arn = aws_lb.web.arn
  protocol          = "HTTPS"
  port              = 443
  certificate_arn   = var.certificate_arn
  ssl_policy        = local.tls_policy

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }

  tags = { Name = "${local.name}-https" }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type             = local.https ? "redirect" : "forward"
    target_group_arn = local.https ? null : aws_lb_target_group.web.arn

    # The same host, path and query.
    dynamic "redirect" {
      for_each = local.https ? [443] : []
      content {
        protocol    = "HTTPS"
        port        = "443"
        status_code = "HTTP_301"
      }
    }
  }

  tags = { Name = "${local.name}-http" }

  # Nobody is sent where nothing answers yet.
  depends_on = [
    aws_lb_listener.https,
    aws_vpc_security_group_ingress_rule.load_balancer_https,
  ]
}
