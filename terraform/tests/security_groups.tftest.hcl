# Exactly who reaches whom.
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

override_resource {
  target = aws_security_group.load_balancer
  values = { id = "sg-0000000b" }
}

override_resource {
  target = aws_security_group.instance
  values = { id = "sg-0000000a" }
}

run "anybody_reaches_the_balancer_and_only_the_balancer_the_instances" {
  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.load_balancer_http.security_group_id == "sg-0000000b" &&
      aws_vpc_security_group_ingress_rule.load_balancer_http.ip_protocol == "tcp" &&
      aws_vpc_security_group_ingress_rule.load_balancer_http.from_port == 80 &&
      aws_vpc_security_group_ingress_rule.load_balancer_http.to_port == 80 &&
      aws_vpc_security_group_ingress_rule.load_balancer_http.cidr_ipv4 == "0.0.0.0/0" &&
      aws_vpc_security_group_ingress_rule.load_balancer_http.cidr_ipv6 == null
    )
    error_message = "The balancer must take tcp 80 from 0.0.0.0/0 and no IPv6."
  }

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.load_balancer_to_instances.security_group_id == "sg-0000000b" &&
      aws_vpc_security_group_egress_rule.load_balancer_to_instances.referenced_security_group_id == "sg-0000000a" &&
      aws_vpc_security_group_egress_rule.load_balancer_to_instances.cidr_ipv4 == null &&
      aws_vpc_security_group_egress_rule.load_balancer_to_instances.from_port == 80 &&
      aws_vpc_security_group_egress_rule.load_balancer_to_instances.to_port == 80
    )
    error_message = "The balancer must reach the instances' group on tcp 80 and nothing else."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.instance_http.security_group_id == "sg-0000000a" &&
      aws_vpc_security_group_ingress_rule.instance_http.referenced_security_group_id == "sg-0000000b" &&
      aws_vpc_security_group_ingress_rule.instance_http.cidr_ipv4 == null &&
      aws_vpc_security_group_ingress_rule.instance_http.from_port == 80 &&
      aws_vpc_security_group_ingress_rule.instance_http.to_port == 80
    )
    error_message = "Instances must take tcp 80 from the balancer's group and nothing else."
  }

  assert {
    condition     = toset(aws_launch_template.web.vpc_security_group_ids) == toset(["sg-0000000a"]) && toset(aws_lb.web.security_groups) == toset(["sg-0000000b"])
    error_message = "Instances and balancer must have their own group each."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.instance) == 0
    error_message = "Instances must have no way out by default."
  }
}

run "a_key_pair_opens_no_port" {
  command = plan

  variables {
    key_name = "operator"
  }

  assert {
    condition     = aws_launch_template.web.key_name == "operator" && aws_vpc_security_group_ingress_rule.instance_http.to_port == 80
    error_message = "A key pair must not open a port."
  }
}

# A rollback sets again what was recorded, and of no key pair that is an empty name.
run "an_empty_key_name_is_no_key_pair" {
  command = plan

  variables {
    key_name = ""
  }

  assert {
    condition     = aws_launch_template.web.key_name == null
    error_message = "An empty name must be no key pair."
  }
}

run "instances_open_the_connections_that_are_named" {
  command = plan

  variables {
    instance_egress = [{ description = "database", protocol = "tcp", port = 5432, cidr_ipv4 = "10.0.0.0/16" }]
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.instance : "${rule.security_group_id} ${rule.ip_protocol} ${rule.from_port}-${rule.to_port} ${rule.cidr_ipv4}"] == ["sg-0000000a tcp 5432-5432 10.0.0.0/16"]
    error_message = "The named connection, and no other, must be open."
  }
}
