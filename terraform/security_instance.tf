# Who reaches an instance: the load balancer, on port 80. No SSH, whatever key_name says.
#
# An instance opens no connection by default: everything it runs is in its image, and what the platform gives it (the
# VPC's name server, metadata, time) passes every security group. instance_egress opens what an application needs.
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
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
  security_group_id            = aws_security_group.instance.id
  description                  = "HTTP from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  referenced_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_vpc_security_group_egress_rule" "instance" {
  for_each = { for rule in var.instance_egress : "${rule.protocol}-${rule.port}-${rule.cidr_ipv4}" => rule }

  security_group_id = aws_security_group.instance.id
  description       = each.value.description
  ip_protocol       = each.value.protocol
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr_ipv4
}
