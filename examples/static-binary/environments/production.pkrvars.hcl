app         = "greet"
environment = "production"
region      = "eu-central-1"

# Two instances at all times, a third one while they are replaced.
min_size         = 2
max_size         = 2
desired_capacity = 2

# A network of one's own: public subnets in two zones.
# vpc_id     = "vpc-0123456789abcdef0"
# subnet_ids = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]

extra_tags = { owner = "team-greet" }
