"""Reads a source tree as syntax, so that the rules of the design are judged without importing anything."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sync", "baiyun_desktop")


@dataclass(frozen=True)
class Module:
    """One file of ours: its dotted name and its syntax."""

    name: str
    path: Path
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_bytes(), filename=str(self.path))

    @property
    def package(self) -> str:
        return self.name if self.is_package else self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Import:
    """One import statement's one target, wherever in the file it stands."""

    module: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


class Source:
    """The modules of a tree and what each imports."""

    def __init__(self, root: Path, packages: Iterable[str] = PACKAGES) -> None:
        self.root = root
        self.packages = tuple(packages)
        self.modules = {m.name: m for package in self.packages for m in _modules(root, package)}

    @cached_property
    def imports(self) -> list[Import]:
        """Every import at any depth: in functions, under conditions and for type checkers alike."""
        return [found for module in self.modules.values() for found in self._imports_of(module)]

    def ours(self) -> list[Import]:
        """The imports of our own modules."""
        return [i for i in self.imports if i.target.split(".")[0] in self.packages]

    def theirs(self) -> list[Import]:
        """The imports of everything else."""
        return [i for i in self.imports if i.target.split(".")[0] not in self.packages]

    def _imports_of(self, module: Module) -> Iterator[Import]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(module.name, alias.name, node.lineno)
            elif isinstance(node, ast.ImportFrom):
                origin = _origin(module, node)
                for alias in node.names:
                    whole = f"{origin}.{alias.name}"
                    yield Import(module.name, whole if whole in self.modules else origin, node.lineno)


@cache
def project() -> Source:
    """Our own tree; reading it takes a second, so it is read once a process."""
    return Source(ROOT)


def _origin(module: Module, node: ast.ImportFrom) -> str:
    """What a `from` names, with the dots of a relative one worked out."""
    if node.level == 0:
        return node.module or ""
    base = module.package.split(".")
    base = base[: len(base) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def _modules(root: Path, package: str) -> Iterator[Module]:
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        yield Module(".".join(parts[:-1] if is_package else parts), path, is_package)


def inside(name: str, prefix: str) -> bool:
    """Whether a dotted name is the prefix or stands below it."""
    return name == prefix or name.startswith(prefix + ".")
