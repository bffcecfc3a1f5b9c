# Everything that production needs switched on, for Checkov: what it still finds is left so on purpose.
app                      = "web"
environment              = "production"
region                   = "eu-central-1"
image_id                 = "ami-0aaaaaaaa"
certificate_arn          = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
domain_name              = "www.example.com"
hosted_zone_id           = "Z0123456789ABCDEFGHIJ"
max_size                 = 4
scaling                  = { requests_per_target = 1000, cpu = 60 }
access_logs_bucket       = "logs-of-load-balancers"
deletion_protection      = true
private_subnet_ids       = ["subnet-0ccccccc1", "subnet-0ccccccc2"]
app_environment          = { LOG_LEVEL = "info" }
app_secrets              = { DATABASE_URL = "/web/production/database-url" }
permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
