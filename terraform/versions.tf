# Which Terraform and which provider. State lives in S3 under a native lock (object <key>.tflock, hence Terraform 1.11);
# bucket, key and region come with `-backend-config` at init, so one configuration serves every environment.
terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }

  backend "s3" {}
}
