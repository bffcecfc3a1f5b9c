# Copy to environments/<environment>.pkrvars.hcl: one file per environment, read by Terraform and ./ami-deploy.
# What images are made from is the application's, and stands in image.yml.
# No secret belongs here, but for release_webhook_url; credentials come from the environment. A commented line shows its default.

# Name of the application: 2 to 21 lower-case letters, digits, hyphens. Prefix of every name, tag ami-deploy:app.
app = "web"

# Name of the environment, the same as this file's. With the application's name at most 31 letters together.
environment = "example"

# Region of the stack and of its images.
region = "eu-central-1"

# The account that this environment is in: nothing is done with credentials of another one. null: any.
# account_id = null

# Bucket of the Terraform state. null: ami-deploy-state-<account id>-<region>.
# state_bucket = null

# Whether a Jenkins build waits for a person to agree to the plan.
# require_approval = true

# Further tags for everything of the stack, such as { owner = "team-web", cost-centre = "4711" }.
# extra_tags = {}

# --- network ---

# null: the region's default VPC. Otherwise a VPC with an internet gateway and routes to it.
# vpc_id = null

# Public subnets, one per zone, at least two zones. Empty: all of the VPC's but private_subnet_ids.
# subnet_ids = []

# Subnets of the instances, which then have no public address; the load balancer stays in subnet_ids.
# private_subnet_ids = []

# --- HTTPS and name ---

# Certificate in ACM, of this region: HTTPS on port 443, and port 80 redirects. null: HTTP on port 80.
# certificate_arn = null

# Name of the application, and the public Route 53 zone in which it gets its record; with certificate_arn.
# domain_name    = null
# hosted_zone_id = null

# --- load balancer ---

# S3 bucket for access logs, below <app>-<environment>/. Its policy must let the load balancer write: docs/operations.md.
# access_logs_bucket = null

# Whether the load balancer refuses to be deleted. Before destroy: false, and deploy once.
# deletion_protection = false

# --- instances ---

# Its architecture is the image's: x86_64, or arm64 with a type such as t4g.small.
# instance_type = "t3.small"

# EC2 key pair on the instances. It opens no port.
# key_name = null

# What instances may open connections to (by default nothing), for instance a database:
# instance_egress = [
#   { description = "database", protocol = "tcp", port = 5432, cidr_ipv4 = "10.0.0.0/16" },
# ]

# --- settings and secrets: variables in the application's environment; a change is rolled out ---

# Settings, which are in no image and no secret: whoever may describe the instances reads them.
# app_environment = {
#   LOG_LEVEL = "info"
# }

# Secrets: where each one is, never what it is. An SSM parameter, or a Secrets Manager secret, whole or a field of it.
# app_secrets = {
#   DATABASE_URL = "/web/example/database-url"
#   API_KEY      = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:web-api-AbC123:key::"
# }

# Key that they are encrypted with, as an ARN. null: whichever it is, through SSM and Secrets Manager.
# secrets_kms_key_arn = null

# Policy that bounds the role which reads them, where your organisation wants one.
# permissions_boundary_arn = null

# --- group: three instances are only another value ---

# min_size = 1
# max_size = 1

# Instances that are kept running. null: min_size. Leave it out with scaling.
# desired_capacity = null

# Scale between min_size and max_size: by requests a minute of one instance, by the processor's load in percent, or both.
# scaling = { requests_per_target = 1000, cpu = 60 }

# Seconds that a new instance in service waits before a rollout counts it.
# instance_warmup = 0

# --- health ---

# Path that answers when the application is ready, and with which codes: one, several (200,301) or a range (200-299).
# health_check_path    = "/health"
# health_check_matcher = "200"

# Seconds between two checks, and seconds without an answer that fail one.
# health_check_interval = 10
# health_check_timeout  = 5

# Checks in a row that make an instance healthy again, and unhealthy.
# healthy_threshold   = 2
# unhealthy_threshold = 2

# Seconds after a launch in which failed checks do not count: longer than a boot takes.
# health_check_grace_period = 60

# Seconds that an instance leaving the load balancer may still finish requests.
# deregistration_delay = 30

# --- alarms ---

# Who is told when an alarm changes state: ARNs, such as an SNS topic's.
# alarm_actions = []

# Answers 5xx in a minute from which the minute counts for the alarm.
# alarm_5xx_per_minute = 5

# --- releases: who is told how each one ended ---

# An SNS topic, in whichever region.
# release_topic_arn = null

# Where to post it as JSON. Whoever knows this URL may post there: keep the file private where you set it.
# release_webhook_url = null
