app         = "clock"
environment = "production"
region      = "eu-central-1"

app_environment = { LOG_LEVEL = "info" }

# From one instance to four, so many that each has a thousand requests a minute.
min_size = 1
max_size = 4
scaling  = { requests_per_target = 1000 }
