"""The one list of commands that each file of this package adds its own to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they may hold what people typed
    help="The district server of Baiyun Desktop.",
)
Folder = Annotated[Path, typer.Argument(help="the district's folder")]
AsJson = Annotated[bool, typer.Option("--json", help="for another program")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask")]
KeyFile = Annotated[Path | None, typer.Option(help="a file with the backup key; left out, it is asked for")]
