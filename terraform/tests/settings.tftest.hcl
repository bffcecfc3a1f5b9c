# What an environment tells its instances, and which secrets they may read.
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

run "settings_alone_are_told_and_open_nothing" {
  command = plan

  variables {
    app_environment = { LOG_LEVEL = "info", GREETING = "grüß \"Gott\"\n# ami-deploy: {}" }
  }

  assert {
    condition = jsondecode(trimprefix(split("\n", base64decode(aws_launch_template.web.user_data))[1], "# ami-deploy: ")) == {
      name     = "web", version = "1.4.0", commit = "4c0ffee", environment = "test"
      settings = { LOG_LEVEL = "info", GREETING = "grüß \"Gott\"\n# ami-deploy: {}" }
    }
    error_message = "The second line must have the settings, and no secrets and no region."
  }

  assert {
    condition     = length(split("\n", base64decode(aws_launch_template.web.user_data))) == 4
    error_message = "Whatever a setting has in it, it must stay one line."
  }

  assert {
    condition     = length(aws_iam_role.instance) == 0 && length(aws_vpc_security_group_egress_rule.instance) == 0
    error_message = "Settings alone must give no role and open no way out."
  }
}

run "instances_may_read_exactly_their_secrets" {
  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    app_secrets = {
      DATABASE_URL = "/web/test/database-url"
      DSN          = "web-dsn"
      SHARED       = "arn:aws:ssm:eu-central-1:210987654321:parameter/shared/key"
      API_KEY      = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:web/api-AbC123:key::"
      API_USER     = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:web/api-AbC123:user::"
    }
    instance_egress = [
      { description = "database", protocol = "tcp", port = 5432, cidr_ipv4 = "10.0.0.0/16" },
      { description = "payments", protocol = "tcp", port = 443, cidr_ipv4 = "0.0.0.0/0" },
    ]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.secrets[0].policy).Statement == [
      {
        Sid = "Parameters", Effect = "Allow", Action = ["ssm:GetParameter"]
        Resource = [
          "arn:aws:ssm:eu-central-1:123456789012:parameter/web/test/database-url",
          "arn:aws:ssm:eu-central-1:210987654321:parameter/shared/key",
          "arn:aws:ssm:eu-central-1:123456789012:parameter/web-dsn",
        ]
      },
      {
        Sid      = "Secrets", Effect = "Allow", Action = ["secretsmanager:GetSecretValue"]
        Resource = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:web/api-AbC123"]
      },
      {
        Sid       = "Key", Effect = "Allow", Action = ["kms:Decrypt"], Resource = ["arn:aws:kms:eu-central-1:123456789012:key/*"]
        Condition = { StringEquals = { "kms:ViaService" = ["secretsmanager.eu-central-1.amazonaws.com", "ssm.eu-central-1.amazonaws.com"] } }
      },
    ]
    error_message = "The role must read these parameters and secrets, decrypt through their services, and nothing else."
  }

  assert {
    condition = (
      aws_iam_role.instance[0].name == "web-test-eu-central-1" && aws_iam_role.instance[0].path == "/ami-deploy/web/test/" &&
      aws_iam_role.instance[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary" &&
      jsondecode(aws_iam_role.instance[0].assume_role_policy).Statement[0].Principal == { Service = "ec2.amazonaws.com" } &&
      aws_iam_instance_profile.instance[0].name == "web-test-eu-central-1" && aws_iam_instance_profile.instance[0].path == "/ami-deploy/web/test/"
    )
    error_message = "Role and profile must be the stack's, in its path, within the boundary."
  }

  assert {
    condition     = aws_iam_role.instance[0].tags["ami-deploy:region"] == "eu-central-1" && aws_iam_instance_profile.instance[0].tags["ami-deploy:region"] == "eu-central-1"
    error_message = "Role and profile must say of which region's stack they are."
  }

  assert {
    condition     = aws_launch_template.web.iam_instance_profile[0].arn == aws_iam_instance_profile.instance[0].arn
    error_message = "Instances must have the role."
  }

  assert {
    condition     = jsondecode(trimprefix(split("\n", base64decode(aws_launch_template.web.user_data))[1], "# ami-deploy: ")).secrets.DATABASE_URL == "/web/test/database-url" && jsondecode(trimprefix(split("\n", base64decode(aws_launch_template.web.user_data))[1], "# ami-deploy: ")).region == "eu-central-1"
    error_message = "Instances must be told where their secrets are."
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_egress_rule.instance : "${rule.from_port} ${rule.cidr_ipv4}"] == ["443 0.0.0.0/0", "5432 10.0.0.0/16"]
    error_message = "The way to the secrets must be open, once, and what instance_egress names."
  }
}

run "a_key_of_ones_own_is_the_only_one" {
  command = plan

  variables {
    app_secrets         = { DATABASE_URL = "/web/test/database-url" }
    secrets_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/0123abcd"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.secrets[0].policy).Statement : "${statement.Sid} ${join(",", statement.Resource)}"] == ["Parameters arn:aws:ssm:eu-central-1:123456789012:parameter/web/test/database-url", "Key arn:aws:kms:eu-central-1:123456789012:key/0123abcd"]
    error_message = "Where a key is named, only it may decrypt."
  }
}

run "settings_beyond_the_user_data_are_refused" {
  command = plan

  variables {
    app_environment = { TEXT = format("%015000d", 0) }
  }

  expect_failures = [data.aws_vpc.chosen]
}

run "more_secrets_than_a_policy_takes_are_refused" {
  command = plan

  variables {
    app_secrets = { for number in range(150) : "SECRET_${number}" => "/web/test/a-parameter-${number}" }
  }

  expect_failures = [data.aws_vpc.chosen]
}
