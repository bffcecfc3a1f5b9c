# How an instance starts. Another image or instance type makes a new numbered version of this template and changes nothing
# else; bringing the group's instances to that version is the rollout's task, not Terraform's (docs/decisions).

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
      condition     = self.architecture == "x86_64"
      error_message = "Image ${self.id} is for ${self.architecture}; the stack's instance types are x86_64: name an image that `bake` made."
    }
  }
}

locals {
  image      = one(data.aws_ami.chosen)
  image_tags = try(coalesce(local.image.tags, {}), {})

  # What is on the instances is said by their image; a run's own values stand in where an image carries no such tag.
  # So deploying one image twice, from two builds, is no change.
  release_tags = merge(local.stack_tags, {
    "ami-deploy:build"   = lookup(local.image_tags, "ami-deploy:build", var.build)
    "ami-deploy:commit"  = lookup(local.image_tags, "ami-deploy:commit", var.commit)
    "ami-deploy:version" = lookup(local.image_tags, "ami-deploy:version", var.app_version)
  })
}

resource "aws_launch_template" "web" {
  # A prefix, as with the security groups: what an apply that was cut off left behind does not stand in the next one's way.
  name_prefix   = "${local.name}-"
  description   = substr("version ${local.release_tags["ami-deploy:version"]}, commit ${local.release_tags["ami-deploy:commit"]}, build ${local.release_tags["ami-deploy:build"]}", 0, 255)
  image_id      = var.image_id
  instance_type = var.instance_type
  key_name      = var.key_name

  vpc_security_group_ids = [aws_security_group.instance.id]

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

  # Basic monitoring: a value every five minutes, free. The load balancer's health checks do not wait for it.
  monitoring {
    enabled = false
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
