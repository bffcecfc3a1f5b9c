# A release is a numbered version of the launch template, and nothing else.
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

run "first_release_starts_from_a_numbered_version" {
  assert {
    condition     = aws_autoscaling_group.web.launch_template[0].version == "7" && output.launch_template_version == "7"
    error_message = "Group and output must have the version's number, not $Latest."
  }

  assert {
    condition     = aws_launch_template.web.image_id == "ami-0aaaaaaaa" && !aws_launch_template.web.update_default_version
    error_message = "The version must start the given image, and publishing must not make it the default."
  }

  assert {
    condition     = toset([for tag in aws_autoscaling_group.web.tag : tag.key]) == toset(["Name", "ami-deploy:app", "ami-deploy:environment"])
    error_message = "The group must carry the stack's tags only, or every release would change it."
  }

  assert {
    condition     = alltrue([for tag in aws_autoscaling_group.web.tag : tag.propagate_at_launch])
    error_message = "The group's tags must reach its instances."
  }
}

run "the_image_says_which_release_it_is" {
  command = plan

  variables {
    build = "deploy-99"
  }

  assert {
    condition = alltrue([for specification in aws_launch_template.web.tag_specifications :
      specification.tags["ami-deploy:build"] == "deploy-41" &&
      specification.tags["ami-deploy:commit"] == "4c0ffee" &&
      specification.tags["ami-deploy:version"] == "1.4.0"
    ])
    error_message = "Where the run says nothing the image's tags must count, and its build always, so that one image deployed by two builds is no change."
  }

  assert {
    condition     = toset(aws_launch_template.web.tag_specifications[*].resource_type) == toset(["instance", "volume", "network-interface"])
    error_message = "Instances, volumes and interfaces must be tagged."
  }

  assert {
    condition     = output.commit == "4c0ffee" && output.app_version == "1.4.0"
    error_message = "The outputs must say which release it is."
  }
}

run "the_run_says_which_release_it_is_and_instances_are_told" {
  command = plan

  variables {
    build       = "deploy-99"
    commit      = "fffffff"
    app_version = "9.9.9 \"<beta>\"\n#!/bin/sh"
  }

  assert {
    condition = alltrue([for specification in aws_launch_template.web.tag_specifications :
      specification.tags["ami-deploy:build"] == "deploy-41" &&
      specification.tags["ami-deploy:commit"] == "fffffff" &&
      specification.tags["ami-deploy:version"] == var.app_version
    ])
    error_message = "What the run says of commit and version must win: an image that is found again carries its first bake's."
  }

  assert {
    condition     = output.commit == "fffffff" && output.app_version == var.app_version
    error_message = "The outputs must say which release it is."
  }

  assert {
    condition     = length(split("\n", base64decode(aws_launch_template.web.user_data))) == 4 && startswith(base64decode(aws_launch_template.web.user_data), "#cloud-config\n# ami-deploy: {") && endswith(base64decode(aws_launch_template.web.user_data), "}\n{}\n")
    error_message = "The user data must be an empty cloud-config of three lines, whatever the values are."
  }

  assert {
    condition     = jsondecode(trimprefix(split("\n", base64decode(aws_launch_template.web.user_data))[1], "# ami-deploy: ")) == { name = "web", version = "9.9.9 \"<beta>\"\n#!/bin/sh", commit = "fffffff", environment = "test" }
    error_message = "Its second line must be the release and its environment, and nothing else while there are no settings."
  }
}

run "an_image_without_tags_takes_the_values_of_the_run" {
  command = plan

  variables {
    build       = "deploy-99"
    app_version = "9.9.9"
  }

  override_data {
    target = data.aws_ami.chosen[0]
    values = { architecture = "x86_64", root_device_name = "/dev/xvda", tags = {} }
  }

  assert {
    condition     = aws_launch_template.web.description == "version 9.9.9, commit unknown, build deploy-99"
    error_message = "The run's values must stand in."
  }
}

run "another_image_leaves_the_group_on_its_version" {
  variables {
    image_id = "ami-0bbbbbbbb"
  }

  override_resource {
    target = aws_launch_template.web
    values = { id = "lt-0bbbbbbbb", latest_version = 8 }
  }

  assert {
    condition     = aws_launch_template.web.image_id == "ami-0bbbbbbbb" && aws_autoscaling_group.web.launch_template[0].version == "7"
    error_message = "The rollout, not Terraform, brings the group to a new version."
  }
}

run "an_image_of_another_architecture_is_refused" {
  command = plan

  override_data {
    target = data.aws_ami.chosen[0]
    values = { id = "ami-0aaaaaaaa", architecture = "arm64", root_device_name = "/dev/xvda", tags = {} }
  }

  expect_failures = [data.aws_ami.chosen[0]]
}

run "an_image_of_the_types_architecture_is_taken" {
  command = plan

  variables {
    instance_type = "t4g.small"
  }

  override_data {
    target = data.aws_ec2_instance_type.chosen[0]
    values = { supported_architectures = ["arm64"] }
  }

  override_data {
    target = data.aws_ami.chosen[0]
    values = { id = "ami-0aaaaaaaa", architecture = "arm64", root_device_name = "/dev/xvda", tags = {} }
  }

  assert {
    condition     = aws_launch_template.web.instance_type == "t4g.small"
    error_message = "The type must reach the template."
  }
}

run "without_an_image_nothing_is_planned" {
  command = plan

  variables {
    image_id = null
  }

  expect_failures = [aws_launch_template.web]
}
