"""Lets `python -m baiyun_desktop.app` be the command `baiyun-desktop`."""

from __future__ import annotations

import sys

from . import main

if __name__ == "__main__":
    sys.exit(main())
