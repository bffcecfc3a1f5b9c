# The name of the application in Route 53, where domain_name says one.
data "aws_route53_zones" "all" {
  count = local.destroying || var.hosted_zone_id == null ? 0 : 1

  lifecycle {
    postcondition {
      condition     = contains(self.ids, var.hosted_zone_id)
      error_message = "Hosted zone ${var.hosted_zone_id} was not found in this account: check hosted_zone_id (`aws route53 list-hosted-zones` shows them)."
    }
  }
}

data "aws_route53_zone" "chosen" {
  count   = length(data.aws_route53_zones.all)
  zone_id = one([for id in data.aws_route53_zones.all[0].ids : id if id == var.hosted_zone_id])

  lifecycle {
    postcondition {
      condition     = self.private_zone != true
      error_message = "Hosted zone ${var.hosted_zone_id} (${self.name}) is private, the load balancer is on the internet: name the public zone in hosted_zone_id."
    }

    postcondition {
      condition     = endswith(".${var.domain_name}", ".${trimsuffix(self.name, ".")}")
      error_message = "domain_name ${var.domain_name} is outside of hosted zone ${var.hosted_zone_id} (${trimsuffix(self.name, ".")}): choose a name in that zone, or the zone of that name in hosted_zone_id."
    }
  }
}

# No IPv6 record: the load balancer has no such address.
resource "aws_route53_record" "web" {
  count = var.domain_name == null ? 0 : 1

  zone_id = var.hosted_zone_id
  name    = var.domain_name
  type    = "A"

  alias {
    name                   = aws_lb.web.dns_name
    zone_id                = aws_lb.web.zone_id
    evaluate_target_health = false # there is no other record to answer with
  }
}
