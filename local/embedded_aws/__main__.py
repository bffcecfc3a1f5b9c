"""`python -m embedded_aws`, called by the `local/aws` script."""

import sys

from .cli import main

sys.exit(main())
