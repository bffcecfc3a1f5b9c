# One variables file per environment (environments/<environment>.pkrvars.hcl) is read by Terraform and by the command line;
# the last two groups say which values a single run determines and which are the command line's alone.

# --- identity -------------------------------------------------------------------------------------------------------

variable "app" {
  description = "Name of the application: prefix of every name, and the tag ami-deploy:app."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.app)) && !startswith(var.app, "internal-")
    error_message = "app is '${var.app}': it must be 2 to 21 lower-case letters, digits or hyphens, begin with a letter, and not begin with 'internal-' (reserved by load balancers)."
  }
}

variable "environment" {
  description = "Name of the environment, the same as its variables file's; the tag ami-deploy:environment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}[a-z0-9]$", var.environment))
    error_message = "environment is '${var.environment}': it must be 2 to 21 lower-case letters, digits or hyphens, begin with a letter and not end with a hyphen."
  }

  validation {
    condition     = length(var.environment) > 21 || length(var.app) + 1 + length(var.environment) <= 32
    error_message = "'${var.app}-${var.environment}' has ${length(var.app) + 1 + length(var.environment)} characters; a load balancer's name has at most 32: shorten app or environment."
  }
}

variable "region" {
  description = "AWS region of the stack, such as eu-central-1."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "region is '${var.region}': it must be a region's code, such as eu-central-1."
  }
}

variable "account_id" {
  description = "Account that the environment is in, 12 digits: nothing is done in another one. null: whichever the credentials are of."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is '${var.account_id == null ? "null" : var.account_id}': it must be the 12 digits of an AWS account, in quotes."
  }
}

variable "extra_tags" {
  description = "Further tags for every resource (cost centre, owner): key to value."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.extra_tags) : !startswith(lower(key), "aws:") && !startswith(key, "ami-deploy:") && key != "Name"])
    error_message = "extra_tags has a reserved key: 'Name', 'aws:…' in any case and 'ami-deploy:…' are set by AWS or by this configuration; rename ${join(", ", [for key in keys(var.extra_tags) : key if startswith(lower(key), "aws:") || startswith(key, "ami-deploy:") || key == "Name"])}."
  }

  # The alphabet of the strictest services that get them: Elastic Load Balancing and IAM (API references, Tag).
  validation {
    condition = alltrue([for key, value in var.extra_tags :
      can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$", value))
    ])
    error_message = "extra_tags: a key has 1 to 128 and a value at most 256 characters: letters, digits, spaces and _ . : / = + - @; wrong: ${join(", ", [for key, value in var.extra_tags : "'${key}' = '${value}'" if !(can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$", key)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}$", value)))])}."
  }

  validation {
    condition     = length(var.extra_tags) <= 40
    error_message = "extra_tags has ${length(var.extra_tags)} tags: AWS takes 50 on a resource and this configuration needs some of them; give at most 40."
  }
}

# --- network --------------------------------------------------------------------------------------------------------

variable "vpc_id" {
  description = "VPC of the stack; null is the region's default VPC. It needs an internet gateway and routes to it."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_id == null || can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id is '${var.vpc_id == null ? "null" : var.vpc_id}': it must be an id such as vpc-0123456789abcdef0, or null for the default VPC."
  }
}

variable "subnet_ids" {
  description = "Public subnets of load balancer and instances, one per zone, at least two zones; empty is all of the VPC's but private_subnet_ids."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "subnet_ids has ${join(", ", [for id in var.subnet_ids : "'${id}'" if !can(regex("^subnet-[0-9a-f]{8,17}$", id))])}: each must be an id such as subnet-0123456789abcdef0."
  }

  validation {
    condition     = length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "subnet_ids names a subnet twice: ${join(", ", var.subnet_ids)}."
  }
}

variable "private_subnet_ids" {
  description = "Subnets of the instances, which then have no public address; empty puts them beside the load balancer. What they may connect to goes through NAT or VPC endpoints there."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.private_subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "private_subnet_ids has ${join(", ", [for id in var.private_subnet_ids : "'${id}'" if !can(regex("^subnet-[0-9a-f]{8,17}$", id))])}: each must be an id such as subnet-0123456789abcdef0."
  }

  validation {
    condition     = length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids)
    error_message = "private_subnet_ids names a subnet twice: ${join(", ", var.private_subnet_ids)}."
  }

  validation {
    condition     = length(setintersection(var.private_subnet_ids, var.subnet_ids)) == 0
    error_message = "private_subnet_ids and subnet_ids both name ${join(", ", setintersection(var.private_subnet_ids, var.subnet_ids))}: subnet_ids are the load balancer's, with a way to the internet; take it out of one of them."
  }
}

# --- one run: given on the command line, not in the variables file ---------------------------------------------------

variable "image_id" {
  description = "Image (AMI) that new instances boot from. Every run but destroy needs it."
  type        = string
  default     = null

  validation {
    condition     = var.image_id == null || can(regex("^ami-[0-9a-f]{8,17}$", var.image_id))
    error_message = "image_id is '${var.image_id == null ? "null" : var.image_id}': it must be an id such as ami-0123456789abcdef0."
  }
}

variable "build" {
  description = "Build that asked for this run: tag ami-deploy:build where the image carries none of its own."
  type        = string
  default     = "unknown"
  nullable    = false
}

variable "commit" {
  description = "Commit of the release: tag ami-deploy:commit, and what the page shows. null: what the image's tag says."
  type        = string
  default     = null

  validation {
    condition     = var.commit == null || try(length(var.commit) >= 1 && length(var.commit) <= 256, false)
    error_message = "commit must have 1 to 256 characters, as a tag's value, or be null for what the image's tag says."
  }
}

variable "app_version" {
  description = "Version of the release: tag ami-deploy:version, and what the page shows. null: what the image's tag says."
  type        = string
  default     = null

  validation {
    condition     = var.app_version == null || try(length(var.app_version) >= 1 && length(var.app_version) <= 256, false)
    error_message = "app_version must have 1 to 256 characters, as a tag's value, or be null for what the image's tag says."
  }
}

variable "take_up" {
  description = "What stands and the state does not know, address to the id to import it by; found by the front door. See take_up.tf."
  type        = map(string)
  default     = {}
  nullable    = false
}

# --- read by others: declared here because Terraform warns about every undeclared value in a variables file -----------

# tflint-ignore: terraform_unused_declarations
variable "state_bucket" {
  description = "Read by the command line: bucket of the state; null is ami-deploy-state-<account id>-<region>."
  type        = string
  default     = null
}

# tflint-ignore: terraform_unused_declarations
variable "require_approval" {
  description = "Read by the pipelines, through terraformPlan: whether a person must agree to the plan before it is applied."
  type        = bool
  default     = true
}

# tflint-ignore: terraform_unused_declarations
variable "release_topic_arn" {
  description = "Read by the command line and the steps: SNS topic that is told how each release ended; null is none."
  type        = string
  default     = null

  validation {
    condition     = var.release_topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", var.release_topic_arn))
    error_message = "release_topic_arn is '${var.release_topic_arn == null ? "null" : var.release_topic_arn}': it must be the ARN of a standard SNS topic, such as arn:aws:sns:eu-central-1:123456789012:releases."
  }
}

# tflint-ignore: terraform_unused_declarations
variable "release_webhook_url" {
  description = "Read by the command line and the steps: URL to which each release's end is posted as JSON; null is none. Who knows it may post there."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.release_webhook_url == null || can(regex("^(https://[^/?#@[:space:]]+|http://(localhost|127([.][0-9]{1,3}){3}|\\[::1\\])(:[0-9]+)?)([/?][^#[:space:]]*)?$", var.release_webhook_url))
    error_message = "release_webhook_url is no URL that may be told of releases: it must begin with https:// (http:// on this machine only) and a host, without user and #; it is not shown, as it is a secret."
  }
}
