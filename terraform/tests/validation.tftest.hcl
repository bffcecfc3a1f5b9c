# Every bad value is refused by the variable that has it, before AWS is asked for anything. A run is a plan of its own, so
# values that different variables refuse share one. A rule that compares two variables is only looked at when the other one is
# right: such a variable stands in a later run than those it is compared with, and so does each further rule of a variable.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  app         = "web"
  environment = "test"
  region      = "eu-central-1"
  image_id    = "ami-0aaaaaaaa"
}

run "refused_by_the_value_itself" {
  command = plan

  variables {
    app                       = "Web"
    region                    = "eu-central-1a"
    account_id                = "12345"
    extra_tags                = { "AWS:owner" = "mine" }
    vpc_id                    = "main"
    subnet_ids                = ["public-a"]
    image_id                  = "web-1.4.0"
    commit                    = format("%0257d", 0)
    app_version               = ""
    release_topic_arn         = "releases"
    release_webhook_url       = "http://hooks.example.com/s3cret"
    instance_type             = "t3"
    key_name                  = join("", [for number in range(256) : "k"])
    instance_egress           = [{ description = "all", protocol = "-1", port = 0, cidr_ipv4 = "0.0.0.0/0" }]
    app_environment           = { "LOG-LEVEL" = "info" }
    secrets_kms_key_arn       = "alias/aws/ssm"
    permissions_boundary_arn  = "boundary"
    min_size                  = 0
    instance_warmup           = -1
    hosted_zone_id            = "/hostedzone/Z0PUBLIC"
    access_logs_bucket        = "s3://logs/web"
    health_check_path         = "health"
    health_check_matcher      = "2xx"
    health_check_interval     = 4
    healthy_threshold         = 1
    unhealthy_threshold       = 11
    health_check_grace_period = 0
    deregistration_delay      = 7200
    alarm_actions             = ["me@example.org"]
    alarm_5xx_per_minute      = 0
  }

  expect_failures = [
    var.app, var.region, var.account_id, var.extra_tags, var.vpc_id, var.subnet_ids, var.image_id, var.commit, var.app_version,
    var.release_topic_arn, var.release_webhook_url, var.instance_type, var.key_name, var.instance_egress, var.app_environment,
    var.secrets_kms_key_arn, var.permissions_boundary_arn, var.min_size, var.instance_warmup, var.hosted_zone_id,
    var.access_logs_bucket, var.health_check_path, var.health_check_matcher, var.health_check_interval, var.healthy_threshold,
    var.unhealthy_threshold, var.health_check_grace_period, var.deregistration_delay, var.alarm_actions,
    var.alarm_5xx_per_minute,
  ]
}

run "refused_beside_what_is_right" {
  command = plan

  variables {
    environment          = "prod-"
    extra_tags           = { for number in range(41) : "tag-${number}" => "x" }
    private_subnet_ids   = ["private-a"]
    instance_egress      = [{ description = "six", protocol = "tcp", port = 443, cidr_ipv4 = "::/0" }]
    app_secrets          = { "1_KEY" = "/web/key" }
    max_size             = 1.5
    certificate_arn      = "www.example.com"
    health_check_timeout = 10
    health_check_matcher = "500"
    release_webhook_url  = "https://user:s3cret@hooks.example.com/"
  }

  expect_failures = [
    var.environment, var.extra_tags, var.private_subnet_ids, var.instance_egress, var.app_secrets, var.max_size,
    var.certificate_arn, var.health_check_timeout, var.health_check_matcher, var.release_webhook_url,
  ]
}

run "refused_by_a_second_rule" {
  command = plan

  variables {
    app                  = "a-quite-long-app-nam"
    environment          = "production-eu"
    extra_tags           = { team = "R&D (web)" }
    private_subnet_ids   = ["subnet-0aaaaaaaa", "subnet-0aaaaaaaa"]
    instance_egress      = [{ description = "Müller's", protocol = "tcp", port = 443, cidr_ipv4 = "10.0.0.0/8" }]
    app_secrets          = { APP_KEY = "/web/key" }
    desired_capacity     = 2
    certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/0123abcd"
    health_check_matcher = "200-299,301"
  }

  expect_failures = [
    var.environment, var.extra_tags, var.private_subnet_ids, var.instance_egress, var.app_secrets, var.desired_capacity,
    var.certificate_arn, var.health_check_matcher,
  ]
}

run "refused_group_and_name_that_fit_nothing" {
  command = plan

  variables {
    app             = "internal-web"
    subnet_ids      = ["subnet-0aaaaaaaa", "subnet-0aaaaaaaa"]
    app_environment = { PATH = "/bin" }
    min_size        = 2
    max_size        = 1
    domain_name     = "https://www.example.com"
    hosted_zone_id  = "Z0PUBLIC"
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
  }

  expect_failures = [var.app, var.subnet_ids, var.app_environment, var.max_size, var.domain_name]
}

run "refused_secret_of_no_store_and_name_without_certificate" {
  command = plan

  variables {
    app            = "w"
    app_secrets    = { API_KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:api" }
    scaling        = {}
    domain_name    = "www.example.com"
    hosted_zone_id = "Z0PUBLIC"
  }

  expect_failures = [var.app, var.app_secrets, var.scaling, var.domain_name]
}

run "refused_secret_of_another_region_and_name_without_zone" {
  command = plan

  variables {
    app_secrets     = { DATABASE_URL = "arn:aws:ssm:us-east-1:123456789012:parameter/web/database-url" }
    scaling         = { cpu = 60 }
    domain_name     = "www.example.com"
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0123abcd"
  }

  expect_failures = [var.app_secrets, var.scaling, var.domain_name]
}

run "refused_secret_that_is_a_setting_and_zone_without_name" {
  command = plan

  variables {
    app_environment  = { LOG_LEVEL = "info" }
    app_secrets      = { LOG_LEVEL = "/web/log-level" }
    max_size         = 2
    desired_capacity = 2
    scaling          = { cpu = 60 }
    hosted_zone_id   = "Z0PUBLIC"
  }

  expect_failures = [var.app_secrets, var.desired_capacity, var.domain_name]
}

run "refused_setting_without_text_and_target_out_of_range" {
  command = plan

  variables {
    subnet_ids         = ["subnet-0aaaaaaaa", "subnet-0bbbbbbbb"]
    private_subnet_ids = ["subnet-0bbbbbbbb"]
    app_environment    = { LOG_LEVEL = null }
    max_size           = 2
    scaling            = { requests_per_target = 0, cpu = 101 }
  }

  expect_failures = [var.private_subnet_ids, var.app_environment, var.scaling]
}
