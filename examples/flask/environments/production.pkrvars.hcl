app         = "guests"
environment = "production"
region      = "eu-central-1"

app_environment = { GREETING = "hello" }

# The name of an SSM parameter (SecureString), never its value.
app_secrets = { DATABASE_URL = "/guests/production/database-url" }
