"""The district's own command line with a tally in its process: `python -m tests.bench.counted PAGE serve FOLDER …`."""

from __future__ import annotations

import sys
from pathlib import Path

from baiyun_desktop.district import cli

from .rows import Tally


def main() -> None:
    """Runs the district's command; the first word is the file that the counts go to."""
    with Tally(Path(sys.argv.pop(1))):
        cli()


if __name__ == "__main__":
    main()
