# Bakes one layer of an image: starts an instance of the source image, runs the layer's playbook, seals the machine, takes its image.
#
#   base         a distribution's image  ->  ansible/base.yml         ->  ansible/seal.yml
#   application  a base layer            ->  ansible/application.yml  ->  ansible/seal.yml
#
# Which layer is baked, and from what exactly, comes in by variables. Written for current Packer.
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
  # Whose and which, on everything.
  run_tags = merge(var.tags, {
    "ami-deploy:app"   = var.app
    "ami-deploy:build" = var.build
  })

  # On what lives for the bake only.
  temporary_tags = merge(local.run_tags, {
    "Name"                   = "bake ${var.image_name}"
    "ami-deploy:environment" = var.environment
    "ami-deploy:temporary"   = "true"
    "ami-deploy:expires-at"  = var.expires_at
  })

  # On what stays: an image belongs to an application, and to no environment. The source's name is known to Packer only while it builds.
  image_tags = merge(local.run_tags, {
    "Name"                   = var.image_name
    "ami-deploy:layer"       = var.layer
    "ami-deploy:fingerprint" = var.fingerprint
    "ami-deploy:commit"      = var.commit
    "ami-deploy:version"     = var.app_version
    "ami-deploy:base-image"  = "{{ .SourceAMI }} {{ .SourceAMIName }}"
    }, { for key, value in {
      "ami-deploy:base-baked-at"  = var.base_baked_at
      "ami-deploy:outgoing-ports" = var.layer == "base" ? "" : coalesce(join(",", local.outgoing_ports), "none")
  } : key => value if value != "" })

  # Ascending, each once; padded, since sort() orders words.
  outgoing_ports = [for port in distinct(sort([for port in var.outgoing_ports : format("%05d", port)])) : parseint(port, 10)]

  # Until the builder's address is said, it is looked up (a request to checkip.amazonaws.com). Never open to everybody.
  builder_cidrs = var.builder_cidr == "" ? null : [var.builder_cidr]

  ansible = abspath("${path.root}/../ansible")

  # One document instead of key=value words: values may hold spaces and quotes.
  ansible_variables = jsonencode({
    application_dir              = var.application_dir
    application_exclude          = var.exclude
    application_packages         = var.packages
    application_build_packages   = var.build_packages
    application_tasks            = var.tasks_file
    application_outgoing_ports   = local.outgoing_ports
    application_writable_memory  = var.writable_memory
    application_system_calls     = var.system_calls
    application_start_in_bake    = var.start_in_bake
    application_bake_environment = var.bake_environment
    application_health_path      = var.health_check_path
    application_health_matcher   = var.health_check_matcher
    application_architecture     = var.architecture
    image_name                   = var.image_name
    work_dir                     = var.work_dir
  })
}

source "amazon-ebs" "layer" {
  region        = var.region
  source_ami    = var.source_ami
  ami_name      = var.image_name
  instance_type = var.instance_type
  ssh_username  = var.ssh_username
  # A virtual machine on an emulated processor boots for minutes; on AWS it takes one.
  ssh_timeout = "20m"

  # Where the bake runs: the network that is named, or the default one.
  vpc_id                                    = var.vpc_id == "" ? null : var.vpc_id
  subnet_id                                 = var.subnet_id == "" ? null : var.subnet_id
  associate_public_ip_address               = var.subnet_id == "" ? null : true
  temporary_key_pair_type                   = "ed25519"
  temporary_key_pair_name                   = "packer_${var.image_name}"
  temporary_security_group_source_cidrs     = local.builder_cidrs
  temporary_security_group_source_public_ip = var.builder_cidr == ""

  # Both distributions keep their root file system there, and so do the layers made of them.
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
  sources = ["source.amazon-ebs.layer"]

  # Ansible speaks to the instance itself, without Packer's SSH proxy.
  provisioner "ansible" {
    playbook_file    = "${local.ansible}/${var.layer}.yml"
    user             = var.ssh_username
    use_proxy        = false
    ansible_env_vars = ["ANSIBLE_CONFIG=${local.ansible}/ansible.cfg", "ANSIBLE_NOCOLOR=1"]
    extra_arguments  = ["--extra-vars", local.ansible_variables]
  }

  # The last to log in: after it the bake's key opens nothing.
  provisioner "ansible" {
    playbook_file    = "${local.ansible}/seal.yml"
    user             = var.ssh_username
    use_proxy        = false
    ansible_env_vars = ["ANSIBLE_CONFIG=${local.ansible}/ansible.cfg", "ANSIBLE_NOCOLOR=1"]
  }

  post-processor "manifest" {
    output     = var.manifest_path
    strip_path = true
    custom_data = {
      image_name  = var.image_name
      layer       = var.layer
      fingerprint = var.fingerprint
      source_ami  = var.source_ami
    }
  }
}
