app         = "shop"
environment = "production"
region      = "eu-central-1"

# A Secrets Manager secret, by its ARN; ":key::" after it takes one key of a JSON secret.
app_secrets = { SECRET_KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/production-AbCdEf:secret_key::" }

# HTTPS at a name of one's own:
# certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
# domain_name     = "shop.example.com"
# hosted_zone_id  = "Z0123456789ABCDEFGHIJ"
