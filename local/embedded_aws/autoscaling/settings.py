"""Times of Auto Scaling that a user of AWS cannot set. Each can be changed by environment variable for a test,
`AMI_DEPLOY_LOCAL_<NAME>`.
"""

from __future__ import annotations

import os


def _seconds(name: str, default: float) -> float:
    return float(os.environ.get(f"AMI_DEPLOY_LOCAL_{name}", default))


#: Seconds between two looks at all groups. AWS looks about every half minute; a demonstration should not.
TICK = 1.0
#: Seconds without a step forward after which a refresh fails: replacements that fail their health checks are replaced
#: again until then, and it waits so long for scale-in protection to be removed or Standby to be left.
#: https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html says one hour.
REFRESH_PATIENCE = _seconds("REFRESH_PATIENCE", 3600)
#: First and longest pause after a failed launch. AWS tries again with growing pauses of minutes, up to 24 hours.
LAUNCH_RETRY_FIRST = _seconds("LAUNCH_RETRY_FIRST", 5)
LAUNCH_RETRY_LONGEST = _seconds("LAUNCH_RETRY_LONGEST", 60)
#: Seconds of one value of a tracked metric. AWS has values of a minute, and so have the alarms; requests are always counted per minute.
TRACKING_PERIOD = _seconds("TRACKING_PERIOD", 60)


def launch_retry_pause(failures: int) -> float:
    """Seconds to wait after so many failed launches in a row."""
    return min(LAUNCH_RETRY_FIRST * 2 ** max(failures - 1, 0), LAUNCH_RETRY_LONGEST)
