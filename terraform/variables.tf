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

variable "extra_tags" {
  description = "Further tags for every resource (cost centre, owner): key to value."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.extra_tags) : !startswith(key, "aws:") && !startswith(key, "ami-deploy:") && key != "Name"])
    error_message = "extra_tags has a reserved key: 'Name', 'aws:…' and 'ami-deploy:…' are set by AWS or by this configuration; rename ${join(", ", [for key in keys(var.extra_tags) : key if startswith(key, "aws:") || startswith(key, "ami-deploy:") || key == "Name"])}."
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
  description = "Public subnets of load balancer and instances, one per zone, at least two zones; empty is all of the VPC's."
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

# --- instances ------------------------------------------------------------------------------------------------------

variable "instance_type" {
  description = "Instance type of the group; it must match the image's architecture (x86_64)."
  type        = string
  default     = "t3.small"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type))
    error_message = "instance_type is '${var.instance_type}': it must be a type such as t3.small."
  }
}

variable "key_name" {
  description = "EC2 key pair put on the instances; null or \"\" is none. It opens no port: the serial console uses it."
  type        = string
  default     = null

  validation {
    condition     = var.key_name == null || try(length(var.key_name) <= 255, false)
    error_message = "key_name must be the name of an EC2 key pair (1 to 255 characters), or null or \"\" for none."
  }
}

variable "instance_egress" {
  description = "What instances may open connections to, beyond nothing: such as a database's port in one IPv4 range."
  type = list(object({
    description = string
    protocol    = string
    port        = number
    cidr_ipv4   = string
  }))
  default  = []
  nullable = false

  validation {
    condition = alltrue([for rule in var.instance_egress :
      contains(["tcp", "udp"], rule.protocol) && rule.port >= 1 && rule.port <= 65535 && can(cidrnetmask(rule.cidr_ipv4))
    ])
    error_message = "instance_egress: each rule needs protocol tcp or udp, port 1 to 65535 and an IPv4 range such as 10.0.0.0/16; wrong: ${join("; ", [for rule in var.instance_egress : "${rule.protocol} ${rule.port} ${rule.cidr_ipv4}" if !(contains(["tcp", "udp"], rule.protocol) && rule.port >= 1 && rule.port <= 65535 && can(cidrnetmask(rule.cidr_ipv4)))])}."
  }
}

# --- group ----------------------------------------------------------------------------------------------------------

variable "min_size" {
  description = "Fewest instances of the group."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.min_size >= 1 && floor(var.min_size) == var.min_size
    error_message = "min_size is ${var.min_size}: it must be a whole number, at least 1."
  }
}

variable "max_size" {
  description = "Most instances of the group; a replacement may exceed it for its time (instance maintenance policy)."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.max_size >= var.min_size && floor(var.max_size) == var.max_size
    error_message = "max_size is ${var.max_size}: it must be a whole number, at least min_size (${var.min_size})."
  }
}

variable "desired_capacity" {
  description = "Instances that the group keeps running."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.desired_capacity >= var.min_size && var.desired_capacity <= var.max_size && floor(var.desired_capacity) == var.desired_capacity
    error_message = "desired_capacity is ${var.desired_capacity}: it must be a whole number from min_size (${var.min_size}) to max_size (${var.max_size})."
  }
}

variable "instance_warmup" {
  description = "Seconds that a new instance, once in service, waits before a replacement counts it; 0 sets none on the group."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.instance_warmup >= 0 && var.instance_warmup <= 3600
    error_message = "instance_warmup is ${var.instance_warmup}: it must be 0 to 3600 seconds."
  }
}

# --- health ---------------------------------------------------------------------------------------------------------

variable "health_check_path" {
  description = "Path that answers 200 when the application is ready."
  type        = string
  default     = "/health"
  nullable    = false

  validation {
    condition     = startswith(var.health_check_path, "/") && length(var.health_check_path) <= 1024
    error_message = "health_check_path is '${var.health_check_path}': it must begin with / and have at most 1024 characters."
  }
}

variable "health_check_interval" {
  description = "Seconds between two health checks of one instance."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.health_check_interval >= 5 && var.health_check_interval <= 300
    error_message = "health_check_interval is ${var.health_check_interval}: it must be 5 to 300 seconds."
  }
}

variable "health_check_timeout" {
  description = "Seconds without an answer after which one health check has failed."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.health_check_timeout >= 2 && var.health_check_timeout <= 120 && var.health_check_timeout < var.health_check_interval
    error_message = "health_check_timeout is ${var.health_check_timeout}: it must be 2 to 120 seconds and less than health_check_interval (${var.health_check_interval})."
  }
}

variable "healthy_threshold" {
  description = "Good health checks in a row that make an unhealthy instance healthy."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.healthy_threshold >= 2 && var.healthy_threshold <= 10
    error_message = "healthy_threshold is ${var.healthy_threshold}: it must be 2 to 10 checks."
  }
}

variable "unhealthy_threshold" {
  description = "Failed health checks in a row that make an instance unhealthy."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.unhealthy_threshold >= 2 && var.unhealthy_threshold <= 10
    error_message = "unhealthy_threshold is ${var.unhealthy_threshold}: it must be 2 to 10 checks."
  }
}

variable "health_check_grace_period" {
  description = "Seconds after launch in which the group ignores failed health checks: longer than a boot, or it replaces for ever."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.health_check_grace_period >= 1 && var.health_check_grace_period <= 7200
    error_message = "health_check_grace_period is ${var.health_check_grace_period}: it must be 1 to 7200 seconds."
  }
}

variable "deregistration_delay" {
  description = "Seconds that an instance leaving the load balancer may still finish requests."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.deregistration_delay >= 0 && var.deregistration_delay <= 3600
    error_message = "deregistration_delay is ${var.deregistration_delay}: it must be 0 to 3600 seconds."
  }
}

# --- alarms ---------------------------------------------------------------------------------------------------------

variable "alarm_actions" {
  description = "ARNs told when an alarm changes state, such as an SNS topic's; empty is nobody."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.alarm_actions : startswith(arn, "arn:")])
    error_message = "alarm_actions has ${join(", ", [for arn in var.alarm_actions : "'${arn}'" if !startswith(arn, "arn:")])}: each must be an ARN, such as arn:aws:sns:eu-central-1:123456789012:alerts."
  }
}

variable "alarm_5xx_per_minute" {
  description = "Answers 5xx of the application in one minute from which the alarm counts that minute."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.alarm_5xx_per_minute >= 1
    error_message = "alarm_5xx_per_minute is ${var.alarm_5xx_per_minute}: it must be at least 1."
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
