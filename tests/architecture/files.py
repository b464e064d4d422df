"""What each tracked file owes its reader: a first sentence, a place, and no address of somebody's machine."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

TOP_LEVEL = {"baiyun_desktop", "resources", "sync", "tests", "build.spec", "pyproject.toml", "README.md", "LICENSE"}
"""Beside these there are only dot files."""

_TEXT = frozenset(" .py .toml .md .spec .qss .yml .yaml .txt .json .ts .typ .csv .tsv .svg".split(" "))
_MACHINE = re.compile(
    r"(?<![\w./*}])/(?:work|opt|home|root|Users|tmp|var/tmp)/"  # a folder of one machine
    r"|\b[A-Z]:\\\\?Users\\"
)
_REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|\bpypi\.[a-z]+\b|pythonhosted|registry\.npmjs|/simple/", re.I
)
_SENTENCE = re.compile(r"^(?=.*\S\s\S).{15,}?[.。;:!?)](?:\s|$)", re.S)


def tracked(root: Path) -> list[Path]:
    """The files that git holds, relative to the root."""
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True).stdout
    return sorted(Path(name) for name in listed.decode("utf-8").split("\0") if name and (root / name).exists())


def beyond_the_top_level(files: Iterable[Path]) -> set[str]:
    """First parts of paths that the layout does not know."""
    return {f.parts[0] for f in files if not f.parts[0].startswith(".")} - TOP_LEVEL


def lines_naming_a_machine(root: Path, files: Iterable[Path]) -> list[str]:
    """Lines of text files that name a folder of one machine or the address of a registry."""
    return [hit for f in files if f.suffix in _TEXT for hit in _hits(f, _text(root / f))]


def _hits(file: Path, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if _MACHINE.search(line) or _REGISTRY.search(line):
            yield f"{file}:{number} {line.strip()[:100]}"


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def without_a_first_sentence(root: Path, files: Iterable[Path]) -> list[str]:
    """Python files whose docstring does not open with a whole sentence of its own."""
    code = [f for f in files if f.suffix == ".py" and not (_is_of_tests(f) and not (root / f).stat().st_size)]
    return [str(f) for f in code if not _opens_with_a_sentence(_text(root / f))]


def _is_of_tests(file: Path) -> bool:
    """The tests' empty `__init__.py` files only make folders packages."""
    return file.parts[0] == "tests" and file.name == "__init__.py"


def _opens_with_a_sentence(text: str) -> bool:
    docstring = ast.get_docstring(ast.parse(text)) or ""
    first = docstring.split("\n\n")[0]
    return bool(_SENTENCE.match(first))
