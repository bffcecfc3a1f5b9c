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
  for_each = toset(data.aws_subnets.chosen.ids)
  id       = each.value
}

locals {
  # Terraform checks data sources on destroy too; a subnet that came or went since must not keep a stack from going.
  destroying = var.image_id == null

  subnets_by_zone = { for id, subnet in data.aws_subnet.chosen : subnet.availability_zone => id... }
  zones           = sort(keys(local.subnets_by_zone))
  crowded_zones   = [for zone in local.zones : zone if length(local.subnets_by_zone[zone]) > 1]
  subnet_ids      = sort([for ids in values(local.subnets_by_zone) : ids[0]])
  subnets_seen    = join(", ", concat([for id, subnet in data.aws_subnet.chosen : "${id} in ${subnet.availability_zone}"], length(data.aws_subnet.chosen) == 0 ? ["none"] : []))
}

# Everything else takes the VPC from here, so that a network that cannot carry the stack stops the plan with one message.
data "aws_vpc" "chosen" {
  id = one(data.aws_vpcs.chosen.ids)

  lifecycle {
    # Never false: it makes this look-up refer to every variable, see check.tf.
    precondition {
      condition     = length(local.every_variable) > 0
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
  }
}
