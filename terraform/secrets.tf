# Who may read the application's secrets: the instances of this stack, and of all secrets only these. No value is looked up
# here, since Terraform would write it into its state; the machine reads them when it boots, with this role.
data "aws_caller_identity" "current" {
  count = length(var.app_secrets) > 0 ? 1 : 0
}

data "aws_partition" "current" {
  count = length(var.app_secrets) > 0 ? 1 : 0
}

locals {
  account_id = one(data.aws_caller_identity.current[*].account_id)
  partition  = one(data.aws_partition.current[*].partition)
  suffix     = one(data.aws_partition.current[*].dns_suffix)

  # IAM is of no region, and a stack of the same name may be in another one: which one's these are stands in the name and beside the tags.
  # At most 32 + 1 + 14 of IAM's 64 characters.
  role_name = "${local.name}-${var.region}"
  role_tags = { Name = local.role_name, "ami-deploy:region" = var.region }

  secret_references = sort(distinct(values(var.app_secrets)))

  # What follows a secret's ARN, a field of it for instance, is not part of it.
  secret_arns    = distinct([for reference in local.secret_references : join(":", slice(split(":", reference), 0, 7)) if can(regex("^arn:[a-z-]+:secretsmanager:", reference))])
  parameter_arns = distinct([for reference in local.secret_references : startswith(reference, "arn:") ? reference : "arn:${local.partition}:ssm:${var.region}:${local.account_id}:parameter/${trimprefix(reference, "/")}" if !can(regex("^arn:[a-z-]+:secretsmanager:", reference))])

  secrets_statements = [
    {
      Sid      = "Parameters"
      Effect   = "Allow"
      Action   = ["ssm:GetParameter"]
      Resource = local.parameter_arns
    },
    {
      Sid      = "Secrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = local.secret_arns
    },
  ]

  # A key whose policy leaves it to IAM; the account's own aws/ssm and aws/secretsmanager let these two services decrypt anyway.
  # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
  key_statement = {
    Sid      = "Key"
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [coalesce(var.secrets_kms_key_arn, "arn:${coalesce(local.partition, "-")}:kms:${var.region}:${coalesce(local.account_id, "-")}:key/*")]
    Condition = {
      StringEquals = { "kms:ViaService" = [for service in ["secretsmanager", "ssm"] : "${service}.${var.region}.${coalesce(local.suffix, "-")}"] }
    }
  }

  secrets_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([for statement in local.secrets_statements : statement if length(statement.Resource) > 0], [local.key_statement])
  })
}

resource "aws_iam_role" "instance" {
  count = length(var.app_secrets) > 0 ? 1 : 0

  name                 = local.role_name
  path                 = "/ami-deploy/${var.app}/${var.environment}/"
  description          = "Instances of ${local.name}: reads the application's secrets"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.${local.suffix}" }
    }]
  })

  tags = local.role_tags
}

resource "aws_iam_role_policy" "secrets" {
  count = length(aws_iam_role.instance)

  name   = "secrets"
  role   = aws_iam_role.instance[0].name
  policy = local.secrets_policy
}

resource "aws_iam_instance_profile" "instance" {
  count = length(aws_iam_role.instance)

  name = local.role_name
  path = aws_iam_role.instance[0].path
  role = aws_iam_role.instance[0].name

  tags = local.role_tags
}
