# Everything comes from the run that bakes (-var=name=value); no variables file is read. A default stands where a bake by hand needs none.

# --- what is baked ---

variable "layer" {
  type        = string
  description = "Which of the two layers: base (the operating system), or application (on a base layer)."
  validation {
    condition     = contains(["base", "application"], var.layer)
    error_message = "The layer must be base or application."
  }
}

variable "app" {
  type        = string
  description = "Name of the application; prefix of names, tag ami-deploy:app."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.app))
    error_message = "The app must be 2 to 21 lower-case letters, digits or hyphens and start with a letter."
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

variable "fingerprint" {
  type        = string
  description = "What the layer is made of, as a hash; tag ami-deploy:fingerprint."
  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.fingerprint))
    error_message = "The fingerprint must be a SHA-256: 64 lower-case hexadecimal digits."
  }
}

variable "commit" {
  type        = string
  default     = "unknown"
  description = "Last commit that touched what the layer is made of; tag ami-deploy:commit."
  validation {
    condition     = length(var.commit) >= 1 && length(var.commit) <= 256
    error_message = "The commit must have 1 to 256 characters, as a tag's value."
  }
}

variable "app_version" {
  type        = string
  default     = "unknown"
  description = "Version of that commit; tag ami-deploy:version."
  validation {
    condition     = length(var.app_version) >= 1 && length(var.app_version) <= 256
    error_message = "The app_version must have 1 to 256 characters, as a tag's value."
  }
}

variable "application_dir" {
  type        = string
  description = "Absolute directory of the application."
  validation {
    condition     = can(regex("^/", var.application_dir))
    error_message = "The application_dir must be an absolute path."
  }
}

variable "packages" {
  type        = list(string)
  default     = []
  description = "Further packages of the operating system, installed in the application's layer."
  validation {
    condition     = alltrue([for name in var.packages : can(regex("^[A-Za-z0-9][A-Za-z0-9+._:-]*$", name))])
    error_message = "The packages must be names of packages, such as libpq5."
  }
}

variable "exclude" {
  type        = list(string)
  default     = []
  description = "Glob patterns on paths below the application's directory: files that are not in the image."
  validation {
    condition     = alltrue([for pattern in var.exclude : can(regex("^[^/\\s].*$", pattern))])
    error_message = "The exclude must be glob patterns relative to the application's directory, such as tests or **/*.map."
  }
}

variable "build_packages" {
  type        = list(string)
  default     = []
  description = "Packages of the operating system that building a Python package without a wheel needs; gone before the image is made."
  validation {
    condition     = alltrue([for name in var.build_packages : can(regex("^[A-Za-z0-9][A-Za-z0-9+._:-]*$", name))])
    error_message = "The build_packages must be names of packages, such as gcc."
  }
}

variable "tasks_file" {
  type        = string
  default     = ""
  description = "Absolute path of the application's own Ansible tasks, which run at the end of its layer; empty for none."
  validation {
    condition     = var.tasks_file == "" || can(regex("^/.+[.]ya?ml$", var.tasks_file))
    error_message = "The tasks_file must be empty or the absolute path of a YAML file."
  }
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Further tags of image, snapshots, and of what lives for the bake."
  validation {
    condition     = length([for key in keys(var.tags) : key if can(regex("^(Name$|aws:|ami-deploy:)", key))]) == 0
    error_message = "The tags must not have the keys Name, aws:… and ami-deploy:…: those are set by AWS and here."
  }
}

# --- what the application may do on its machine ---

variable "outgoing_ports" {
  type        = list(number)
  default     = []
  description = "TCP ports that the application may connect to; tag ami-deploy:outgoing-ports. With any it may look names up, too."
  validation {
    condition     = alltrue([for port in var.outgoing_ports : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "The outgoing_ports must be whole numbers from 1 to 65535, such as 5432."
  }
}

variable "writable_memory" {
  type        = bool
  default     = false
  description = "Whether the application may have memory that is writable and executable, as JIT compilers need it."
}

variable "system_calls" {
  type        = list(string)
  default     = []
  description = "Further system calls or groups of them, as systemd names them, that the application may use."
  validation {
    condition     = alltrue([for name in var.system_calls : can(regex("^@?[a-z][a-z0-9_-]*$", name))])
    error_message = "The system_calls must be names such as mlock or groups such as @resources."
  }
}

# --- the trial start in the bake ---

variable "start_in_bake" {
  type        = bool
  default     = true
  description = "Whether the application is started in the bake. Without it, start and denials are not looked at before the rollout."
}

variable "bake_environment" {
  type        = map(string)
  default     = {}
  description = "Placeholders for settings that the trial start needs; never in the image."
  validation {
    condition     = alltrue([for name in keys(var.bake_environment) : can(regex("^[A-Za-z_][A-Za-z0-9_]*$", name))])
    error_message = "The bake_environment must have names of environment variables, such as DATABASE_URL."
  }
}

variable "health_check_path" {
  type        = string
  default     = "/health"
  description = "Path that the application is asked for, as by the load balancer."
  validation {
    condition     = can(regex("^/[^ ]*$", var.health_check_path))
    error_message = "The health_check_path must start with a slash and have no space."
  }
}

variable "health_check_matcher" {
  type        = string
  default     = "200"
  description = "Status codes that are a good answer: such as 200, 200,301 or 200-299."
  validation {
    condition     = can(regex("^[0-9]{3}(-[0-9]{3})?(,[0-9]{3}(-[0-9]{3})?)*$", var.health_check_matcher))
    error_message = "The health_check_matcher must be status codes, such as 200, 200,301 or 200-299."
  }
}

# --- what it is baked from and on ---

variable "source_ami" {
  type        = string
  description = "Id of the image that is baked from: the distribution's, or a base layer."
  validation {
    condition     = can(regex("^ami-[0-9a-f]{8,17}$", var.source_ami))
    error_message = "The source_ami must be an id such as ami-0123456789abcdef0."
  }
}

variable "ssh_username" {
  type        = string
  description = "User that the source image lets log in, such as admin (Debian) or ec2-user (Amazon Linux)."
  validation {
    condition     = can(regex("^[a-z_][a-z0-9_-]{0,31}$", var.ssh_username))
    error_message = "The ssh_username must be a user's name, such as admin."
  }
}

variable "base_baked_at" {
  type        = string
  default     = ""
  description = "When the base layer was baked, RFC 3339 in UTC; empty for the base layer itself."
  validation {
    condition     = var.base_baked_at == "" || can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$", var.base_baked_at))
    error_message = "The base_baked_at must be empty or a time in UTC, such as 2026-11-23T12:00:00Z."
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

variable "instance_type" {
  type        = string
  default     = "t3.small"
  description = "Type of the instance that bakes, of the architecture."
  validation {
    condition     = can(regex("^[a-z0-9-]+[.][a-z0-9-]+$", var.instance_type))
    error_message = "The instance_type must be an EC2 instance type, such as t3.small."
  }
}

variable "architecture" {
  type        = string
  default     = "x86_64"
  description = "Architecture of source image and instance type, for which packages are fetched: x86_64 or arm64."
  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture must be x86_64 or arm64."
  }
}

variable "vpc_id" {
  type        = string
  default     = ""
  description = "VPC to bake in; empty is the region's default VPC."
  validation {
    condition     = var.vpc_id == "" || can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "The vpc_id must be empty or an id such as vpc-0123456789abcdef0."
  }
}

variable "subnet_id" {
  type        = string
  default     = ""
  description = "Public subnet to bake in; empty leaves the choice to AWS."
  validation {
    condition     = var.subnet_id == "" || can(regex("^subnet-[0-9a-f]{8,17}$", var.subnet_id))
    error_message = "The subnet_id must be empty or an id such as subnet-0123456789abcdef0."
  }
}

# --- the run ---

variable "environment" {
  type        = string
  description = "Environment that the bake was asked for; tag ami-deploy:environment of what lives for the bake only."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.environment))
    error_message = "The environment must be 2 to 21 lower-case letters, digits or hyphens and start with a letter."
  }
}

variable "build" {
  type        = string
  default     = "manual"
  description = "Id of the build that owns what the bake makes; tag ami-deploy:build."
  validation {
    condition     = length(var.build) >= 1 && length(var.build) <= 256
    error_message = "The build must have 1 to 256 characters, as a tag's value."
  }
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

variable "manifest_path" {
  type        = string
  description = "File that the manifest is written to; a new one for each run, since Packer appends."
  validation {
    condition     = length(var.manifest_path) > 0
    error_message = "The manifest_path must name a file."
  }
}

variable "work_dir" {
  type        = string
  description = "Absolute directory on the builder for what a bake downloads."
  validation {
    condition     = can(regex("^/", var.work_dir))
    error_message = "The work_dir must be an absolute path."
  }
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
