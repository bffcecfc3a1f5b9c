# The way in: how it is reached, when an instance is healthy, and when somebody is told that none is.

# --- HTTPS and name -------------------------------------------------------------------------------------------------

variable "certificate_arn" {
  description = "ACM certificate of the load balancer: HTTPS on port 443, and port 80 redirects there. null: HTTP on port 80."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", var.certificate_arn))
    error_message = "certificate_arn is '${var.certificate_arn == null ? "null" : var.certificate_arn}': it must be the ARN of a certificate in ACM, such as arn:aws:acm:eu-central-1:123456789012:certificate/…."
  }

  validation {
    condition     = try(split(":", var.certificate_arn)[3] == var.region, true)
    error_message = "certificate_arn is of region ${try(split(":", var.certificate_arn)[3], "-")}, the load balancer in ${var.region}: request or import the certificate in ${var.region}."
  }
}

variable "domain_name" {
  description = "Name under which the application is reached, such as www.example.com: an alias record in hosted_zone_id. It goes with certificate_arn."
  type        = string
  default     = null

  validation {
    condition     = var.domain_name == null || try(length(var.domain_name) <= 253 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])$", var.domain_name)), false)
    error_message = "domain_name is '${var.domain_name == null ? "null" : var.domain_name}': it must be a name in lower case such as www.example.com, without https:// and without a dot at its end."
  }

  validation {
    condition     = var.domain_name == null || var.certificate_arn != null
    error_message = "domain_name is '${var.domain_name == null ? "null" : var.domain_name}' without certificate_arn: name the certificate for it (HTTPS is what the name is served by), or leave the name out."
  }

  validation {
    condition     = (var.domain_name == null) == (var.hosted_zone_id == null)
    error_message = var.domain_name == null ? "hosted_zone_id is '${var.hosted_zone_id == null ? "null" : var.hosted_zone_id}' without domain_name: name the record that is to be made in it, or leave it out." : "domain_name is '${var.domain_name == null ? "null" : var.domain_name}' without hosted_zone_id: name the Route 53 zone that its record belongs to, or leave the name out and make the record yourself."
  }
}

variable "hosted_zone_id" {
  description = "Public Route 53 zone in which domain_name gets its record."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || can(regex("^[A-Z0-9]{1,32}$", var.hosted_zone_id))
    error_message = "hosted_zone_id is '${var.hosted_zone_id == null ? "null" : var.hosted_zone_id}': it must be a zone's id such as Z0123456789ABCDEFGHIJ, without /hostedzone/."
  }
}

# --- load balancer --------------------------------------------------------------------------------------------------

variable "access_logs_bucket" {
  description = "S3 bucket that the load balancer writes its access logs to, below <app>-<environment>/; null is none. Its policy must let the load balancer."
  type        = string
  default     = null

  validation {
    condition     = var.access_logs_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_logs_bucket))
    error_message = "access_logs_bucket is '${var.access_logs_bucket == null ? "null" : var.access_logs_bucket}': it must be a bucket's name, without s3:// and without a path."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted, and with it the stack, until this is false and applied."
  type        = bool
  default     = false
  nullable    = false
}

# --- health ---------------------------------------------------------------------------------------------------------

variable "health_check_path" {
  description = "Path that answers as health_check_matcher says when the application is ready."
  type        = string
  default     = "/health"
  nullable    = false

  validation {
    condition     = startswith(var.health_check_path, "/") && length(var.health_check_path) <= 1024
    error_message = "health_check_path is '${var.health_check_path}': it must begin with / and have at most 1024 characters."
  }
}

variable "health_check_matcher" {
  description = "HTTP status codes of a healthy answer: one (200), several (200,301) or a range (200-299)."
  type        = string
  default     = "200"
  nullable    = false

  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (success codes)
  validation {
    condition     = can(regex("^([2-4][0-9]{2}|[2-4][0-9]{2}-[2-4][0-9]{2}|[2-4][0-9]{2}(,[2-4][0-9]{2})+)$", var.health_check_matcher))
    error_message = "health_check_matcher is '${var.health_check_matcher}': it must be codes from 200 to 499, one (200), several (200,301) or a range (200-299)."
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

