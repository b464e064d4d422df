"""Keeps what a clerk settled about a form's columns in one small file, so that its second workbook asks nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

FORMS_MAX = 500
"""The oldest form is forgotten first; no office has so many."""


class FileMappings:
    """A `MappingStore` in a JSON file; a damaged file is as good as none. It holds headers, nobody's data."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, fingerprint: str) -> dict[str, str] | None:
        """What was settled for a form of that shape, or None."""
        return self._read().get(fingerprint)

    def remember(self, fingerprint: str, columns: dict[str, str]) -> None:
        """Keeps it; whole or not at all, also when the power goes."""
        forms = self._read()
        forms.pop(fingerprint, None)
        forms[fingerprint] = columns
        kept = dict(list(forms.items())[-FORMS_MAX:])
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(fresh, self._path)

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            forms = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return forms if isinstance(forms, dict) else {}
