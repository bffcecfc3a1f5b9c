# Where the stack lives: the given VPC and subnets, or the default VPC and all of its own. What is wrong is said once and
# before anything is planned: each look-up below runs only when the one before it was right, and uses the plural data
# sources, which answer "none" where the singular ones fail with a message that names nothing.

data "aws_vpcs" "chosen" {
  filter {
    name   = var.vpc_id == null ? "isDefault" : "vpc-id"
    values = [var.vpc_id == null ? "true" : var.vpc_id]
  }

  lifecycle {
    postcondition {
      condition     = length(self.ids) == 1
      error_message = var.vpc_id == null ? "Region ${var.region} has no default VPC: set vpc_id and subnet_ids, or create one with `aws ec2 create-default-vpc`." : "VPC ${coalesce(var.vpc_id, "-")} was not found in region ${var.region}: check vpc_id and region."
    }
  }
}

data "aws_subnets" "chosen" {
  filter {
    name   = "vpc-id"
    values = [one(data.aws_vpcs.chosen.ids)]
  }

  dynamic "filter" {
    for_each = length(var.subnet_ids) > 0 ? [var.subnet_ids] : []
    content {
      name   = "subnet-id"
      values = filter.value
    }
  }

  # A default VPC may have got further subnets, private ones for instance; its own have a way out.
  dynamic "filter" {
    for_each = length(var.subnet_ids) == 0 && var.vpc_id == null ? ["true"] : []
    content {
      name   = "default-for-az"
      values = [filter.value]
    }
  }

  lifecycle {
    postcondition {
      condition     = length(setsubtract(var.subnet_ids, self.ids)) == 0
      error_message = "VPC ${one(data.aws_vpcs.chosen.ids)} has no subnet ${join(", ", setsubtract(var.subnet_ids, self.ids))}: check subnet_ids and vpc_id."
    }
  }
}

data "aws_subnet" "chosen" {
  for_each = setsubtract(data.aws_subnets.chosen.ids, var.private_subnet_ids)
  id       = each.value
}

data "aws_subnets" "private" {
  count = local.destroying || length(var.private_subnet_ids) == 0 ? 0 : 1

  filter {
    name   = "vpc-id"
    values = [one(data.aws_vpcs.chosen.ids)]
  }

  filter {
    name   = "subnet-id"
    values = var.private_subnet_ids
  }

  lifecycle {
    postcondition {
      condition     = length(setsubtract(var.private_subnet_ids, self.ids)) == 0
      error_message = "VPC ${one(data.aws_vpcs.chosen.ids)} has no subnet ${join(", ", setsubtract(var.private_subnet_ids, self.ids))}: check private_subnet_ids and vpc_id."
    }
  }
}

data "aws_subnet" "private" {
  for_each = toset(flatten(data.aws_subnets.private[*].ids))
  id       = each.value
}

locals {
  # Terraform checks data sources on destroy too; a subnet that came or went since must not keep a stack from going.
  destroying = var.image_id == null

  subnets_by_zone = { for id, subnet in data.aws_subnet.chosen : subnet.availability_zone => id... }
  zones           = sort(keys(local.subnets_by_zone))
  crowded_zones   = [for zone in local.zones : zone if length(local.subnets_by_zone[zone]) > 1]
  subnet_ids      = sort([for ids in values(local.subnets_by_zone) : ids[0]])

  # A load balancer sends nothing to an instance in a zone that it is not in itself.
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html
  uncovered = [for id, subnet in data.aws_subnet.private : "${id} in ${subnet.availability_zone}" if !contains(local.zones, subnet.availability_zone)]

  instance_subnet_ids = length(var.private_subnet_ids) > 0 ? sort(var.private_subnet_ids) : local.subnet_ids
  subnets_seen        = join(", ", concat([for id, subnet in data.aws_subnet.chosen : "${id} in ${subnet.availability_zone}"], length(data.aws_subnet.chosen) == 0 ? ["none"] : []))
}

# Everything else takes the VPC from here, so that a network that cannot carry the stack stops the plan with one message.
data "aws_vpc" "chosen" {
  id = one(data.aws_vpcs.chosen.ids)

  lifecycle {
    # Never false: it makes this look-up refer to every variable and to all that is looked up, see check.tf.
    precondition {
      condition     = length(local.every_variable) > 0 && length(local.every_look_up) > 0
      error_message = "check.tf lists no variable."
    }

    precondition {
      condition     = local.destroying || length(local.zones) >= 2
      error_message = "VPC ${one(data.aws_vpcs.chosen.ids)} has subnets in ${length(local.zones)} zone(s); an application load balancer needs 2: create a subnet in another zone, or name subnets of two zones in subnet_ids. Seen: ${local.subnets_seen}."
    }

    precondition {
      condition     = local.destroying || length(local.zones) < 2 || length(local.crowded_zones) == 0
      error_message = "VPC ${one(data.aws_vpcs.chosen.ids)} has several subnets in zone(s) ${join(", ", local.crowded_zones)}; an application load balancer takes one per zone: choose them with subnet_ids. Seen: ${local.subnets_seen}."
    }

    precondition {
      condition     = local.destroying || length(local.zones) < 2 || length(local.uncovered) == 0
      error_message = "private_subnet_ids: ${join(", ", local.uncovered)}; the load balancer is not in that zone and would send nothing there: give it a public subnet of that zone in subnet_ids, or leave this one out. Seen: ${local.subnets_seen}."
    }

    precondition {
      condition     = local.settings_bytes <= local.longest_settings
      error_message = "app_environment and app_secrets take ${local.settings_bytes} bytes of the instances' user data, which has room for ${local.longest_settings} of them (EC2 takes 16 KiB in all): put long texts into SSM parameters or into the image."
    }

    precondition {
      condition     = length(local.secrets_policy) <= 10240
      error_message = "app_secrets make a policy of ${length(local.secrets_policy)} characters, and a role takes 10240: keep several secrets in one of Secrets Manager and name its fields (arn:…:field::)."
    }
  }
}
