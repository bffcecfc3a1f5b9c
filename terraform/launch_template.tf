# How an instance starts. Another image or instance type makes a new numbered version of this template and changes nothing
# else; bringing the group's instances to that version is the rollout's task, not Terraform's (docs/decisions).

# EC2 says which architecture a type has.
data "aws_ec2_instance_type" "chosen" {
  count         = local.destroying ? 0 : 1
  instance_type = var.instance_type
}

# No `owners`: the id is exact, and a shared image is as good as our own. A deprecated one must stay deployable, to go back.
data "aws_ami" "chosen" {
  count              = var.image_id == null ? 0 : 1
  include_deprecated = true

  filter {
    name   = "image-id"
    values = [var.image_id]
  }

  lifecycle {
    postcondition {
      condition     = contains(local.architectures, self.architecture)
      error_message = "Image ${self.id} is for ${self.architecture}, instance_type ${var.instance_type} for ${join(" or ", local.architectures)}: choose a type of ${self.architecture}, or an image that was baked for ${var.instance_type}."
    }
  }
}

locals {
  architectures = flatten(data.aws_ec2_instance_type.chosen[*].supported_architectures)

  image      = one(data.aws_ami.chosen)
  image_tags = try(coalesce(local.image.tags, {}), {})

  # Which release the instances are. What the run says of commit and version wins: an image that is found again carries
  # the tags of its first bake. The build stays the image's, so that an unchanged deployment by another build changes nothing.
  release = {
    commit  = coalesce(var.commit, lookup(local.image_tags, "ami-deploy:commit", "unknown"))
    version = coalesce(var.app_version, lookup(local.image_tags, "ami-deploy:version", "unknown"))
    build   = lookup(local.image_tags, "ami-deploy:build", var.build)
  }

  release_tags = merge(local.stack_tags, { for key, value in local.release : "ami-deploy:${key}" => value })

  # What differs between environments is not in the image either. Empty where there is none, so that the line stays as short.
  settings = { for key, value in {
    settings = var.app_environment
    secrets  = var.app_secrets
    region   = length(var.app_secrets) > 0 ? var.region : ""
  } : key => value if length(value) > 0 }

  # Base64 shows how many bytes a text has: four characters for three. EC2 counts them before that encoding; what is not
  # left to the settings is the release's.
  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
  settings_base64  = base64encode(jsonencode(local.settings))
  settings_bytes   = length(local.settings_base64) / 4 * 3 - length(regexall("=", local.settings_base64))
  longest_settings = 15000

  # The image serves any release and environment, so an instance is told at its launch: ansible/roles/app/files/settings.py
  # reads the second line. To cloud-init this is an empty configuration; without the last line it would warn of that.
  user_data = <<-END
    #cloud-config
    # ami-deploy: ${jsonencode(merge({ name = var.app, version = local.release.version, commit = local.release.commit, environment = var.environment }, local.settings))}
    {}
  END
}

resource "aws_launch_template" "web" {
  # A prefix, as with the security groups: what an apply that was cut off left behind does not stand in the next one's way.
  name_prefix   = "${local.name}-"
  description   = substr("version ${local.release.version}, commit ${local.release.commit}, build ${local.release.build}", 0, 255)
  image_id      = var.image_id
  instance_type = var.instance_type
  key_name      = var.key_name == "" ? null : var.key_name
  user_data     = base64encode(local.user_data)

  # Where instances have private subnets of their own, no setting of a subnet gives them a public address.
  vpc_security_group_ids = length(var.private_subnet_ids) > 0 ? null : [aws_security_group.instance.id]

  dynamic "network_interfaces" {
    for_each = length(var.private_subnet_ids) > 0 ? [0] : []
    content {
      device_index                = network_interfaces.value
      associate_public_ip_address = false
      delete_on_termination       = true
      security_groups             = [aws_security_group.instance.id]
    }
  }

  dynamic "iam_instance_profile" {
    for_each = aws_iam_instance_profile.instance[*].arn
    content {
      arn = iam_instance_profile.value
    }
  }

  # A version becomes the default when it is proven, not when it is published; nothing here starts "the default".
  update_default_version = false

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    http_protocol_ipv6          = "disabled"
    instance_metadata_tags      = "disabled"
  }

  block_device_mappings {
    device_name = try(local.image.root_device_name, "/dev/xvda")

    ebs {
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  # Basic monitoring: a value every five minutes, free. The load balancer's health checks do not wait for it; scaling by the
  # processor does, and gets one every minute.
  monitoring {
    enabled = contains(keys(local.scaling_targets), "cpu")
  }

  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]
    content {
      resource_type = tag_specifications.value
      tags          = merge(local.release_tags, { Name = local.name })
    }
  }

  # The template itself is the stack's, like all the rest; only its versions are a release's.
  tags = { Name = local.name }

  lifecycle {
    precondition {
      condition     = var.image_id != null
      error_message = "image_id is not set: say which image to start with -var image_id=ami-… (only destroy does without)."
    }
  }
}
