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

  # Which release the instances are. What the run says of commit and version wins: an image that is found again carries
  # the tags of its first bake. The build stays the image's, so that an unchanged deployment by another build changes nothing.
  release = {
    commit  = coalesce(var.commit, lookup(local.image_tags, "ami-deploy:commit", "unknown"))
    version = coalesce(var.app_version, lookup(local.image_tags, "ami-deploy:version", "unknown"))
    build   = lookup(local.image_tags, "ami-deploy:build", var.build)
  }

  release_tags = merge(local.stack_tags, { for key, value in local.release : "ami-deploy:${key}" => value })

  # The image serves any release and environment, so an instance is told at its launch: ansible/roles/app/files/fetch_release.py
  # reads the second line. To cloud-init this is an empty configuration; without the last line it would warn of that.
  user_data = <<-END
    #cloud-config
    # ami-deploy: ${jsonencode({ name = var.app, version = local.release.version, commit = local.release.commit })}
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
