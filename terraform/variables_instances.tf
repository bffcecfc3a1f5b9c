# What instances are, what they are told at their launch, and how many there are.

# --- instances ------------------------------------------------------------------------------------------------------

variable "instance_type" {
  description = "Instance type of the group; its architecture is that of the image, x86_64 or arm64 (t4g.small)."
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

  # EC2 API reference, IpRange: description.
  validation {
    condition     = alltrue([for rule in var.instance_egress : can(regex("^[A-Za-z0-9 ._:/()#,@\\[\\]+=&;{}!$*-]{0,255}$", rule.description))])
    error_message = "instance_egress: a description has at most 255 characters, letters without accents, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *; wrong: ${join("; ", [for rule in var.instance_egress : rule.description if !can(regex("^[A-Za-z0-9 ._:/()#,@\\[\\]+=&;{}!$*-]{0,255}$", rule.description))])}."
  }
}

# --- settings and secrets -------------------------------------------------------------------------------------------

locals {
  name_pattern          = "^[A-Za-z_][A-Za-z0-9_]*$"
  reserved_name_pattern = "^(PORT|STATE_DIRECTORY|PATH|APP_.*)$"

  # A parameter's name or ARN, or a secret's ARN, which ends with six characters that Secrets Manager chose: without them
  # it would not be the resource that the role's policy names. After it a field, a stage and a version, as in a task definition.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
  secret_pattern = "^(${join("|", [
    "/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
    "arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
    "arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}(:[^:]*){0,3}",
  ])})$"
}

variable "app_environment" {
  description = "Settings of this environment, name to text: variables in the application's environment. Who may describe instances or launch templates reads them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.app_environment) : can(regex(local.name_pattern, name))])
    error_message = "app_environment has ${join(", ", [for name in keys(var.app_environment) : "'${name}'" if !can(regex(local.name_pattern, name))])}: a name is letters, digits and _, and does not begin with a digit."
  }

  validation {
    condition     = alltrue([for name in keys(var.app_environment) : !can(regex(local.reserved_name_pattern, name))])
    error_message = "app_environment has ${join(", ", [for name in keys(var.app_environment) : name if can(regex(local.reserved_name_pattern, name))])}: PORT, STATE_DIRECTORY, PATH and APP_… are set on every instance; choose another name."
  }

  validation {
    condition     = alltrue([for text in values(var.app_environment) : text != null])
    error_message = "app_environment has no text for ${join(", ", [for name, text in var.app_environment : name if text == null])}: give one, \"\" is empty, or leave the name out."
  }
}

variable "app_secrets" {
  description = "Secrets of this environment, name to reference: an SSM parameter's name or ARN, or a Secrets Manager secret's ARN, perhaps with :json-key:version-stage:version-id."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.app_secrets) : can(regex(local.name_pattern, name))])
    error_message = "app_secrets has ${join(", ", [for name in keys(var.app_secrets) : "'${name}'" if !can(regex(local.name_pattern, name))])}: a name is letters, digits and _, and does not begin with a digit."
  }

  validation {
    condition     = alltrue([for name in keys(var.app_secrets) : !can(regex(local.reserved_name_pattern, name))])
    error_message = "app_secrets has ${join(", ", [for name in keys(var.app_secrets) : name if can(regex(local.reserved_name_pattern, name))])}: PORT, STATE_DIRECTORY, PATH and APP_… are set on every instance; choose another name."
  }

  validation {
    condition     = length(setintersection(keys(var.app_secrets), keys(var.app_environment))) == 0
    error_message = "app_secrets and app_environment both have ${join(", ", setintersection(keys(var.app_secrets), keys(var.app_environment)))}: take it out of one of them."
  }

  validation {
    condition     = alltrue([for reference in values(var.app_secrets) : can(regex(local.secret_pattern, reference))])
    error_message = "app_secrets: a reference is an SSM parameter such as /web/prod/database-url, its ARN (arn:aws:ssm:…:parameter/…), or a Secrets Manager secret's whole ARN (arn:aws:secretsmanager:…:secret:name-AbC123, perhaps with :json-key::); wrong, and not shown in case it is the secret itself: ${join(", ", [for name, reference in var.app_secrets : name if !can(regex(local.secret_pattern, reference))])}."
  }

  validation {
    condition     = alltrue([for reference in values(var.app_secrets) : try(!startswith(reference, "arn:") || split(":", reference)[3] == var.region, true)])
    error_message = "app_secrets: ${join(", ", [for name, reference in var.app_secrets : "${name} is in ${split(":", reference)[3]}" if try(startswith(reference, "arn:") && split(":", reference)[3] != var.region, false)])}, the stack in ${var.region}: name one of that region (a secret can be replicated there)."
  }
}

variable "secrets_kms_key_arn" {
  description = "Key that app_secrets are encrypted with; null: whichever key they have, through SSM and Secrets Manager only."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.secrets_kms_key_arn))
    error_message = "secrets_kms_key_arn is '${var.secrets_kms_key_arn == null ? "null" : var.secrets_kms_key_arn}': it must be a key's ARN, such as arn:aws:kms:eu-central-1:123456789012:key/…, not an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the instances' role, where your organisation wants one; null is none. Only app_secrets make a role."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is '${var.permissions_boundary_arn == null ? "null" : var.permissions_boundary_arn}': it must be a managed policy's ARN, such as arn:aws:iam::123456789012:policy/boundary."
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
  description = "Instances that the group keeps running; null is min_size, and with scaling what the group scaled to."
  type        = number
  default     = null

  validation {
    condition     = var.desired_capacity == null || try(var.desired_capacity >= var.min_size && var.desired_capacity <= var.max_size && floor(var.desired_capacity) == var.desired_capacity, false)
    error_message = "desired_capacity is ${var.desired_capacity == null ? "null" : var.desired_capacity}: it must be a whole number from min_size (${var.min_size}) to max_size (${var.max_size})."
  }

  validation {
    condition     = var.desired_capacity == null || var.scaling == null
    error_message = "desired_capacity is ${var.desired_capacity == null ? "null" : var.desired_capacity} beside scaling, which chooses the number between min_size and max_size: remove desired_capacity."
  }
}

variable "scaling" {
  description = "What the group scales by, between min_size and max_size: requests a minute of one instance, its processor's load in percent, or both. null: it does not scale."
  type = object({
    requests_per_target = optional(number)
    cpu                 = optional(number)
  })
  default = null

  validation {
    condition     = var.scaling == null || try(coalesce(var.scaling.requests_per_target, var.scaling.cpu), null) != null
    error_message = "scaling names no target: set requests_per_target (requests a minute of one instance), cpu (percent), or both."
  }

  validation {
    condition     = var.scaling == null || try(var.scaling.requests_per_target == null || var.scaling.requests_per_target >= 1, true)
    error_message = "scaling.requests_per_target is ${try(coalesce(var.scaling.requests_per_target), 0)}: it must be at least 1 request a minute."
  }

  validation {
    condition     = var.scaling == null || try(var.scaling.cpu == null || var.scaling.cpu >= 1 && var.scaling.cpu <= 100, true)
    error_message = "scaling.cpu is ${try(coalesce(var.scaling.cpu), 0)}: it must be 1 to 100 percent."
  }

  validation {
    condition     = var.scaling == null || var.max_size > var.min_size
    error_message = "scaling has no room: max_size is ${var.max_size}, as min_size; set max_size to the most instances that it may start."
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

