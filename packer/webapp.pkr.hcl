# Bakes an image of the web application: newest base image, Ansible, snapshot. Written for current Packer.
packer {
  required_version = ">= 1.7"

  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3"
    }
    ansible = {
      source  = "github.com/hashicorp/ansible"
      version = ">= 1.1"
    }
  }
}

locals {
  # The two supported bases. Both keep their root file system on /dev/xvda.
  bases = {
    "debian-12" = {
      owner = "136693071363"
      name  = "debian-12-amd64-*"
      user  = "admin"
    }
    "amazon-linux-2023" = {
      owner = "137112412989"
      name  = "al2023-ami-2023.*-x86_64"
      user  = "ec2-user"
    }
  }
  base = local.bases[var.base_image]

  # On everything of ours.
  tags = merge(var.extra_tags, {
    "ami-deploy:app"         = var.app
    "ami-deploy:environment" = var.environment
    "ami-deploy:build"       = var.build
    "ami-deploy:commit"      = var.commit
    "ami-deploy:version"     = var.app_version
  })

  # On what lives for the bake only.
  temporary_tags = merge(local.tags, {
    "Name"                  = "bake ${var.image_name}"
    "ami-deploy:temporary"  = "true"
    "ami-deploy:expires-at" = var.expires_at
  })

  # On what stays. The base's name is known to Packer only while it builds.
  image_tags = merge(local.tags, {
    "Name"                  = var.image_name
    "ami-deploy:base-image" = "{{ .SourceAMI }} {{ .SourceAMIName }}"
  })

  # Until the builder's address is said, it is looked up (a request to checkip.amazonaws.com). Never open to everybody.
  builder_cidrs = var.builder_cidr == "" ? null : [var.builder_cidr]

  # Paths in the variables are absolute, or relative to this directory.
  ansible = abspath("${path.root}/../ansible")
  webapp  = abspath(substr(var.webapp_dir, 0, 1) == "/" ? var.webapp_dir : "${path.root}/${var.webapp_dir}")

  # One document instead of key=value words: values may hold spaces and quotes.
  ansible_variables = jsonencode({
    app_name    = var.app
    app_version = var.app_version
    app_commit  = var.commit
    webapp_dir  = local.webapp
    work_dir    = var.work_dir
  })
}

source "amazon-ebs" "webapp" {
  region        = var.region
  ami_name      = var.image_name
  instance_type = var.bake_instance_type
  ssh_username  = local.base.user
  # A virtual machine on an emulated processor boots for minutes; on AWS it takes one.
  ssh_timeout = "20m"

  source_ami_filter {
    owners      = [local.base.owner]
    most_recent = true
    filters = {
      name                = local.base.name
      architecture        = "x86_64"
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
  }

  # Where the bake runs: the environment's own VPC, or the default one.
  vpc_id                                    = var.vpc_id
  subnet_id                                 = length(var.subnet_ids) > 0 ? var.subnet_ids[0] : null
  associate_public_ip_address               = length(var.subnet_ids) > 0 ? true : null
  temporary_key_pair_type                   = "ed25519"
  temporary_security_group_source_cidrs     = local.builder_cidrs
  temporary_security_group_source_public_ip = var.builder_cidr == ""

  # The volume is encrypted from the start, so the snapshot is too; encrypt_boot would take an unencrypted snapshot first and copy it.
  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    encrypted             = true
    delete_on_termination = true
  }

  # The instance metadata service in version 2 only: while baking, and on every instance of the image.
  imds_support = "v2.0"
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # Should the builder die, the instance ends itself. Packer stops it through the API, which this does not concern.
  shutdown_behavior = "terminate"
  user_data         = replace(file(abspath("${path.root}/dead-man.sh")), "@MINUTES@", var.dead_man_minutes)

  # The image carries the tags of what stays only; an image and its snapshots are tagged as soon as they are there.
  skip_ami_run_tags = true
  run_tags          = local.temporary_tags
  run_volume_tags   = local.temporary_tags
  tags              = local.image_tags
  snapshot_tags     = local.image_tags

  # By default every 5 s for at most 30 min: an image of a small volume takes 2 to 10 min.
  aws_polling {
    delay_seconds = var.poll_seconds
    max_attempts  = ceil(1800 / var.poll_seconds)
  }
}

build {
  sources = ["source.amazon-ebs.webapp"]

  # Ansible speaks to the instance itself, without Packer's SSH proxy.
  provisioner "ansible" {
    playbook_file    = "${local.ansible}/site.yml"
    user             = local.base.user
    use_proxy        = false
    ansible_env_vars = ["ANSIBLE_CONFIG=${local.ansible}/ansible.cfg", "ANSIBLE_NOCOLOR=1"]
    extra_arguments  = ["--extra-vars", local.ansible_variables]
  }

  # The last to log in: after it the bake's key opens nothing.
  provisioner "ansible" {
    playbook_file    = "${local.ansible}/seal.yml"
    user             = local.base.user
    use_proxy        = false
    ansible_env_vars = ["ANSIBLE_CONFIG=${local.ansible}/ansible.cfg", "ANSIBLE_NOCOLOR=1"]
  }

  post-processor "manifest" {
    output     = var.manifest_path
    strip_path = true
    custom_data = {
      image_name = var.image_name
      commit     = var.commit
      base_image = var.base_image
    }
  }
}
