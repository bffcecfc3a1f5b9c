# Who reaches the load balancer, and whom it reaches: port 80 from anywhere (IPv4), with a certificate 443 too, and port 80
# to the instances. Nothing else.
# Rules are resources of their own, so that the two groups can name each other; a group without any lets nothing through.
resource "aws_security_group" "load_balancer" {
  name_prefix = "${local.name}-lb-"
  description = "Load balancer of ${local.name}"
  vpc_id      = data.aws_vpc.chosen.id

  tags = { Name = "${local.name}-lb" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_http" {
  #checkov:skip=CKV_AWS_260: visitors come here; with a certificate all that port 80 answers is where HTTPS is

  security_group_id = aws_security_group.load_balancer.id
  description       = "HTTP from anywhere"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer_https" {
  count = local.https ? 1 : 0

  security_group_id = aws_security_group.load_balancer.id
  description       = "HTTPS from anywhere"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_instances" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "HTTP to the instances: requests and health checks"
  ip_protocol                  = "tcp"
  from_port                    = 80
  to_port                      = 80
  referenced_security_group_id = aws_security_group.instance.id
}
