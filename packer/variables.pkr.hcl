# What an environment says (environments/<environment>.pkrvars.hcl), then what a run determines (-var).

variable "app" {
  type        = string
  description = "Name of the application; prefix of names, tag ami-deploy:app."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.app))
    error_message = "The app must be 2 to 21 lower-case letters, digits or hyphens and start with a letter."
  }
}

variable "environment" {
  type        = string
  description = "Name of the environment; tag ami-deploy:environment."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.environment))
    error_message = "The environment must be 2 to 21 lower-case letters, digits or hyphens and start with a letter."
  }
}

variable "region" {
  type        = string
  description = "AWS Region in which the image is baked and used."
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "The region must be an AWS Region's name, such as eu-central-1."
  }
}

variable "base_image" {
  type        = string
  default     = "debian-12"
  description = "What the image is made from: the newest image of Debian 12 or Amazon Linux 2023."
  validation {
    condition     = contains(["debian-12", "amazon-linux-2023"], var.base_image)
    error_message = "The base_image must be debian-12 or amazon-linux-2023."
  }
}

variable "bake_instance_type" {
  type        = string
  default     = "t3.small"
  description = "Type of the instance that bakes; x86_64."
  validation {
    condition     = can(regex("^[a-z0-9-]+[.][a-z0-9-]+$", var.bake_instance_type))
    error_message = "The bake_instance_type must be an EC2 instance type, such as t3.small."
  }
}

variable "vpc_id" {
  type        = string
  default     = null
  description = "VPC to bake in; null is the region's default VPC."
}

variable "subnet_ids" {
  type        = list(string)
  default     = []
  description = "Public subnets of the environment; the bake uses the first. Empty leaves the choice to AWS."
}

variable "extra_tags" {
  type        = map(string)
  default     = {}
  description = "Further tags of everything."
}

# --- what a run determines ---

variable "commit" {
  type        = string
  default     = "unknown"
  description = "Commit that is baked."
}

variable "app_version" {
  type        = string
  default     = "unknown"
  description = "Version that the page shows."
}

variable "build" {
  type        = string
  default     = "manual"
  description = "Id of the build that owns what the bake makes."
}

variable "expires_at" {
  type        = string
  default     = "1970-01-01T00:00:00Z"
  description = "When temporary resources of the bake may be swept, RFC 3339 in UTC; by default at once."
  validation {
    condition     = can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$", var.expires_at))
    error_message = "The expires_at must be a time in UTC, such as 2026-11-23T12:00:00Z."
  }
}

variable "image_name" {
  type        = string
  description = "Name of the image, unique in account and region."
  validation {
    condition     = can(regex("^[A-Za-z0-9().\\-/_ '@\\[\\]]{3,128}$", var.image_name))
    error_message = "The image_name must be 3 to 128 characters that AWS allows in an AMI's name."
  }
}

variable "manifest_path" {
  type        = string
  description = "File that the manifest is written to; a new one for each run, since Packer appends."
}

variable "work_dir" {
  type        = string
  description = "Absolute directory on the builder for what a bake downloads."
  validation {
    condition     = can(regex("^/", var.work_dir))
    error_message = "The work_dir must be an absolute path."
  }
}

variable "webapp_dir" {
  type        = string
  default     = "../webapp"
  description = "Directory of the web application: absolute, or relative to the template."
}

variable "builder_cidr" {
  type        = string
  default     = ""
  description = "Addresses that may log in to the baking instance. Empty: this computer's public address, which is looked up."
  validation {
    condition     = var.builder_cidr == "" || can(regex("^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+/[0-9]+$", var.builder_cidr))
    error_message = "The builder_cidr must be empty or an IPv4 range, such as 203.0.113.7/32."
  }
}

variable "dead_man_minutes" {
  type        = number
  default     = 90
  description = "Minutes after which the baking instance ends itself, whatever became of the builder; counted anew after a reboot."
  validation {
    condition     = var.dead_man_minutes >= 15
    error_message = "The dead_man_minutes must be at least 15, longer than a bake takes."
  }
}

variable "poll_seconds" {
  type        = number
  default     = 5
  description = "Seconds between two looks at the state of instance and image."
  validation {
    condition     = var.poll_seconds >= 1
    error_message = "The poll_seconds must be at least 1."
  }
}
