"""What `init` was told, kept in the district's folder beside its certificates."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from .errors import Unfit
from .files import write_whole

CONFIG = "district.toml"
DATABASE = "district.db"


@dataclass(frozen=True)
class Settings:
    """A district's settings.

    An empty `database` is a file in the folder itself. `backup_key` is what backups are sealed to; what opens them was
    shown once and is not here.
    """

    district: str
    database: str = ""
    url: str = ""
    backup_key: str = ""

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """Those of a folder; raises Unfit where no district is in it."""
        path = folder / CONFIG
        if not path.exists():
            raise Unfit(f"{folder} holds no district: run 'baiyun-district init {folder}' first")
        try:
            return cls.read(path.read_text("utf-8"))
        except (ValueError, TypeError) as error:
            raise Unfit(f"{path} cannot be read: put it back from a backup, or mend this: {error}") from error

    @classmethod
    def read(cls, text: str) -> Settings:
        """Settings from their file's text; what a later program wrote besides is passed over."""
        said = tomllib.loads(text)
        return cls(**{f.name: said[f.name] for f in fields(cls) if f.name in said})

    def save(self, folder: Path) -> None:
        """For its owner's eyes: the database's address may hold a password."""
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in vars(self).items()]
        write_whole(folder / CONFIG, "".join(lines).encode())

    def database_url(self, folder: Path) -> str:
        """Where the tables are."""
        return self.database or f"sqlite:///{folder / DATABASE}"
