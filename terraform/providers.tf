# Credentials and endpoint come from the environment, never from here.
provider "aws" {
  region = var.region

  allowed_account_ids = var.account_id == null ? null : [var.account_id]

  default_tags {
    tags = local.stack_tags
  }
}

locals {
  # Name of everything that carries one: unique in account and region, at most 32 characters (validated in variables.tf).
  name = "${var.app}-${var.environment}"

  # What belongs to the stack, release after release. A tag that changes with every build would make every resource change
  # with every build; those tags sit on what a build makes: instances, volumes, interfaces (launch_template.tf).
  stack_tags = merge(var.extra_tags, {
    "ami-deploy:app"         = var.app
    "ami-deploy:environment" = var.environment
  })
}
