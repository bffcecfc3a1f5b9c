# The way in: an internet-facing application load balancer, IPv4 only, HTTP on port 80 to the healthy instances.
#
# Its name and the target group's are fixed, so neither can be created before its predecessor is gone. Only another VPC
# replaces them, and that is another environment: destroy this one, or choose a new environment name.
resource "aws_lb" "web" {
  name               = local.name
  load_balancer_type = "application"
  internal           = false
  ip_address_type    = "ipv4"
  subnets            = local.subnet_ids
  security_groups    = [aws_security_group.load_balancer.id]

  drop_invalid_header_fields = true

  tags = { Name = local.name }
}

resource "aws_lb_target_group" "web" {
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
    matcher             = "200"
    interval            = var.health_check_interval
    timeout             = var.health_check_timeout
    healthy_threshold   = var.healthy_threshold
    unhealthy_threshold = var.unhealthy_threshold
  }

  tags = { Name = local.name }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }

  tags = { Name = "${local.name}-http" }
}
