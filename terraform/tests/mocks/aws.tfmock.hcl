# The network and image that most tests see: a VPC with one subnet in each of two zones, and an image with its release's tags.
mock_data "aws_vpcs" {
  defaults = {
    ids = ["vpc-0aaaaaaaa"]
  }
}

mock_data "aws_vpc" {
  defaults = {
    id = "vpc-0aaaaaaaa"
  }
}

mock_data "aws_subnets" {
  defaults = {
    ids = ["subnet-0aaaaaaaa", "subnet-0bbbbbbbb"]
  }
}

mock_data "aws_ami" {
  defaults = {
    id               = "ami-0aaaaaaaa"
    architecture     = "x86_64"
    root_device_name = "/dev/xvda"
    tags = {
      "ami-deploy:build"   = "deploy-41"
      "ami-deploy:commit"  = "4c0ffee"
      "ami-deploy:version" = "1.4.0"
    }
  }
}

mock_resource "aws_security_group" {
  defaults = {
    id = "sg-0aaaaaaaa"
  }
}

mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web-test/0123456789abcdef"
    arn_suffix = "app/web-test/0123456789abcdef"
    dns_name   = "web-test-1.eu-central-1.elb.amazonaws.com"
    zone_id    = "Z0BALANCER"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web-test/0123456789abcdef"
    arn_suffix = "targetgroup/web-test/0123456789abcdef"
  }
}

mock_resource "aws_lb_listener" {
  defaults = {
    arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web-test/0123456789abcdef/0123456789abcdef"
  }
}

mock_resource "aws_launch_template" {
  defaults = {
    id             = "lt-0aaaaaaaa"
    latest_version = 7
  }
}

mock_data "aws_ec2_instance_type" {
  defaults = {
    supported_architectures = ["x86_64"]
  }
}

mock_data "aws_route53_zones" {
  defaults = {
    ids = ["Z0PRIVATE", "Z0PUBLIC"]
  }
}

mock_data "aws_route53_zone" {
  defaults = {
    name         = "example.com"
    private_zone = false
  }
}

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition  = "aws"
    dns_suffix = "amazonaws.com"
  }
}

mock_resource "aws_iam_instance_profile" {
  defaults = {
    arn = "arn:aws:iam::123456789012:instance-profile/ami-deploy/web/test/web-test-instance"
  }
}
