"""Lets `python -m baiyun_desktop.district` be the command `baiyun-district`."""

from __future__ import annotations

from . import main

if __name__ == "__main__":
    main()
