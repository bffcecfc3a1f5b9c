# Who reaches an instance: the load balancer, on port 80. No SSH, whatever key_name says.
#
# An instance opens no connection by default: everything it runs is in its image, and what the platform gives it (the
# VPC's name server, metadata, time) passes every security group. instance_egress opens what an application needs, and
# app_secrets the way to SSM and Secrets Manager, whose addresses no prefix list has (docs/decisions/closed-egress.md).
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
locals {
  secrets_egress = [for port in length(var.app_secrets) > 0 ? [443] : [] : {
    description = "HTTPS: secrets at boot"
    protocol    = "tcp"
    port        = port
    cidr_ipv4   = "0.0.0.0/0"
  }]

  # By protocol, port and range, since AWS refuses a second rule for the same.
  egress = { for rule in concat(local.secrets_egress, var.instance_egress) : "${rule.protocol}-${rule.port}-${rule.cidr_ipv4}" => rule... }
}

resource "aws_security_group" "instance" {
  name_prefix = "${local.name}-instance-"
  description = "Instances of ${local.name}"
  vpc_id      = data.aws_vpc.chosen.id

  tags = { Name = "${local.name}-instance" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "instance_http" {
  #checkov:skip=CKV_AWS_260: open to the load balancer's group only, not to 0.0.0.0/0

  security_group_id            = aws_security_group.instance.id
  description                  = "HTTP from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  referenced_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_vpc_security_group_egress_rule" "instance" {
  for_each = local.egress

  security_group_id = aws_security_group.instance.id
  description       = each.value[0].description
  ip_protocol       = each.value[0].protocol
  from_port         = each.value[0].port
  to_port           = each.value[0].port
  cidr_ipv4         = each.value[0].cidr_ipv4
}
