# The demonstration: default VPC, one instance. Read by Terraform and ./ami-deploy; example.pkrvars.hcl has every value.
app              = "web"
environment      = "demo"
region           = "us-east-1"
require_approval = false
