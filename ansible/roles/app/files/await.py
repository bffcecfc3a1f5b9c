"""Returns as soon as a URL answers with a good status, or after so many seconds: await.py URL SECONDS."""

import sys
import time
from urllib.request import ProxyHandler, build_opener

deadline = time.monotonic() + float(sys.argv[2])
while time.monotonic() < deadline:
    try:
        build_opener(ProxyHandler({})).open(sys.argv[1], timeout=5)
        break
    except OSError:
        time.sleep(0.5)
