# A network that cannot carry the stack is refused, once and by name, before anything is planned.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  app         = "web"
  environment = "test"
  region      = "eu-central-1"
  image_id    = "ami-0aaaaaaaa"
}

run "two_zones_are_enough" {
  command = plan

  override_data {
    target = data.aws_subnet.chosen["subnet-0aaaaaaaa"]
    values = { availability_zone = "eu-central-1a" }
  }

  override_data {
    target = data.aws_subnet.chosen["subnet-0bbbbbbbb"]
    values = { availability_zone = "eu-central-1b" }
  }

  assert {
    condition     = toset(aws_lb.web.subnets) == toset(["subnet-0aaaaaaaa", "subnet-0bbbbbbbb"])
    error_message = "The load balancer must be in both zones."
  }
}

run "one_subnet_is_refused" {
  command = plan

  override_data {
    target = data.aws_subnets.chosen
    values = { ids = ["subnet-0aaaaaaaa"] }
  }

  override_data {
    target = data.aws_subnet.chosen
    values = { availability_zone = "eu-central-1a" }
  }

  expect_failures = [data.aws_vpc.chosen]
}

run "two_subnets_of_one_zone_are_refused" {
  command = plan

  override_data {
    target = data.aws_subnet.chosen
    values = { availability_zone = "eu-central-1a" }
  }

  expect_failures = [data.aws_vpc.chosen]
}

run "a_vpc_without_subnets_is_refused" {
  command = plan

  override_data {
    target = data.aws_subnets.chosen
    values = { ids = [] }
  }

  expect_failures = [data.aws_vpc.chosen]
}

run "several_subnets_in_a_zone_want_a_choice" {
  command = plan

  override_data {
    target = data.aws_subnets.chosen
    values = { ids = ["subnet-0aaaaaaaa", "subnet-0bbbbbbbb", "subnet-0cccccccc"] }
  }

  override_data {
    target = data.aws_subnet.chosen["subnet-0aaaaaaaa"]
    values = { availability_zone = "eu-central-1a" }
  }

  override_data {
    target = data.aws_subnet.chosen["subnet-0bbbbbbbb"]
    values = { availability_zone = "eu-central-1b" }
  }

  override_data {
    target = data.aws_subnet.chosen["subnet-0cccccccc"]
    values = { availability_zone = "eu-central-1b" }
  }

  expect_failures = [data.aws_vpc.chosen]
}

run "a_region_without_default_vpc_is_refused" {
  command = plan

  override_data {
    target = data.aws_vpcs.chosen
    values = { ids = [] }
  }

  expect_failures = [data.aws_vpcs.chosen]
}

run "an_unknown_vpc_is_refused" {
  command = plan

  variables {
    vpc_id = "vpc-0123456789abcdef0"
  }

  override_data {
    target = data.aws_vpcs.chosen
    values = { ids = [] }
  }

  expect_failures = [data.aws_vpcs.chosen]
}

run "a_subnet_of_another_vpc_is_refused" {
  command = plan

  variables {
    vpc_id     = "vpc-0aaaaaaaa"
    subnet_ids = ["subnet-0aaaaaaaa", "subnet-0dddddddd"]
  }

  override_data {
    target = data.aws_subnet.chosen
    values = { availability_zone = "eu-central-1a" }
  }

  expect_failures = [data.aws_subnets.chosen]
}

run "a_network_that_changed_does_not_keep_a_stack_from_going" {
  command = plan

  variables {
    image_id = null
  }

  override_data {
    target = data.aws_subnets.chosen
    values = { ids = ["subnet-0aaaaaaaa"] }
  }

  override_data {
    target = data.aws_subnet.chosen
    values = { availability_zone = "eu-central-1a" }
  }

  # Only the image is missed, and that a destroy does not check.
  expect_failures = [aws_launch_template.web]
}
