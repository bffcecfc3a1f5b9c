# Every bad value is refused by the variable that has it, before AWS is asked for anything.
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

run "refused_app_with_capitals" {
  command = plan

  variables {
    app = "Web"
  }

  expect_failures = [var.app]
}

run "refused_app_that_begins_as_reserved" {
  command = plan

  variables {
    app = "internal-web"
  }

  expect_failures = [var.app]
}

run "refused_app_of_one_letter" {
  command = plan

  variables {
    app = "w"
  }

  expect_failures = [var.app]
}

run "refused_environment_that_ends_with_a_hyphen" {
  command = plan

  variables {
    environment = "prod-"
  }

  expect_failures = [var.environment]
}

run "refused_name_too_long_for_a_load_balancer" {
  command = plan

  variables {
    app         = "a-quite-long-app-nam"
    environment = "production-eu"
  }

  expect_failures = [var.environment]
}

run "refused_region_that_is_a_zone" {
  command = plan

  variables {
    region = "eu-central-1a"
  }

  expect_failures = [var.region]
}

run "refused_reserved_tag" {
  command = plan

  variables {
    extra_tags = { "ami-deploy:app" = "mine" }
  }

  expect_failures = [var.extra_tags]
}

run "refused_vpc_by_name" {
  command = plan

  variables {
    vpc_id = "main"
  }

  expect_failures = [var.vpc_id]
}

run "refused_subnet_by_name" {
  command = plan

  variables {
    subnet_ids = ["public-a"]
  }

  expect_failures = [var.subnet_ids]
}

run "refused_subnet_twice" {
  command = plan

  variables {
    subnet_ids = ["subnet-0aaaaaaaa", "subnet-0aaaaaaaa"]
  }

  expect_failures = [var.subnet_ids]
}

run "refused_instance_type_without_size" {
  command = plan

  variables {
    instance_type = "t3"
  }

  expect_failures = [var.instance_type]
}

run "refused_key_name_that_is_too_long" {
  command = plan

  variables {
    key_name = join("", [for number in range(256) : "k"])
  }

  expect_failures = [var.key_name]
}

run "refused_egress_of_a_whole_protocol" {
  command = plan

  variables {
    instance_egress = [{ description = "all", protocol = "-1", port = 0, cidr_ipv4 = "0.0.0.0/0" }]
  }

  expect_failures = [var.instance_egress]
}

run "refused_egress_to_ipv6" {
  command = plan

  variables {
    instance_egress = [{ description = "six", protocol = "tcp", port = 443, cidr_ipv4 = "::/0" }]
  }

  expect_failures = [var.instance_egress]
}

run "refused_empty_group" {
  command = plan

  variables {
    min_size = 0
  }

  expect_failures = [var.min_size]
}

run "refused_max_below_min" {
  command = plan

  variables {
    min_size         = 2
    desired_capacity = 2
    max_size         = 1
  }

  expect_failures = [var.max_size]
}

run "refused_desired_outside_of_min_and_max" {
  command = plan

  variables {
    desired_capacity = 2
  }

  expect_failures = [var.desired_capacity]
}

run "refused_negative_warmup" {
  command = plan

  variables {
    instance_warmup = -1
  }

  expect_failures = [var.instance_warmup]
}

run "refused_health_path_without_slash" {
  command = plan

  variables {
    health_check_path = "health"
  }

  expect_failures = [var.health_check_path]
}

run "refused_health_interval_too_short" {
  command = plan

  variables {
    health_check_interval = 4
    health_check_timeout  = 3
  }

  expect_failures = [var.health_check_interval]
}

run "refused_health_timeout_not_below_interval" {
  command = plan

  variables {
    health_check_timeout = 10
  }

  expect_failures = [var.health_check_timeout]
}

run "refused_healthy_threshold_of_one" {
  command = plan

  variables {
    healthy_threshold = 1
  }

  expect_failures = [var.healthy_threshold]
}

run "refused_unhealthy_threshold_of_eleven" {
  command = plan

  variables {
    unhealthy_threshold = 11
  }

  expect_failures = [var.unhealthy_threshold]
}

run "refused_no_grace_period" {
  command = plan

  variables {
    health_check_grace_period = 0
  }

  expect_failures = [var.health_check_grace_period]
}

run "refused_deregistration_of_two_hours" {
  command = plan

  variables {
    deregistration_delay = 7200
  }

  expect_failures = [var.deregistration_delay]
}

run "refused_alarm_action_that_is_an_address" {
  command = plan

  variables {
    alarm_actions = ["me@example.org"]
  }

  expect_failures = [var.alarm_actions]
}

run "refused_alarm_on_no_error" {
  command = plan

  variables {
    alarm_5xx_per_minute = 0
  }

  expect_failures = [var.alarm_5xx_per_minute]
}

run "refused_image_by_name" {
  command = plan

  variables {
    image_id = "web-1.4.0"
  }

  expect_failures = [var.image_id]
}

run "refused_commit_too_long_for_a_tag" {
  command = plan

  variables {
    commit = format("%0257d", 0)
  }

  expect_failures = [var.commit]
}

run "refused_empty_version" {
  command = plan

  variables {
    app_version = ""
  }

  expect_failures = [var.app_version]
}

run "refused_topic_by_name" {
  command = plan

  variables {
    release_topic_arn = "releases"
  }

  expect_failures = [var.release_topic_arn]
}

run "refused_webhook_without_tls" {
  command = plan

  variables {
    release_webhook_url = "http://hooks.example.com/s3cret"
  }

  expect_failures = [var.release_webhook_url]
}

run "refused_webhook_with_a_user" {
  command = plan

  variables {
    release_webhook_url = "https://user:s3cret@hooks.example.com/"
  }

  expect_failures = [var.release_webhook_url]
}
