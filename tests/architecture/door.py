"""Finds code that could write to a synced table past the replica's door."""

from __future__ import annotations

import ast

from .source import Module, Source, inside

MAY_WRITE = ("sync", "baiyun_desktop.replica", "baiyun_desktop.district")
"""The engine room, the door itself, and the composition root that opens the district's database."""

MAY_READ = ("baiyun_desktop.stories",)
"""A story's audit reads both sides' files row by row, through connections that cannot write (`query_only`)."""

_DRIVERS = ("sqlite3", "sqlcipher3", "psycopg", "alembic")
_MEANS = frozenset(
    "Session sessionmaker scoped_session create_engine Engine Connection insert update delete text DDL".split()
)
_CALLS = frozenset("execute executemany executescript exec_driver_sql".split())


def ways_past_the_door(source: Source) -> list[str]:
    """Each place outside the engine room that has the means to write: a driver, an engine, a session, a statement."""
    outside = [m for m in source.modules.values() if not any(inside(m.name, unit) for unit in MAY_WRITE)]
    return [finding for module in outside for finding in _findings(module)]


def _findings(module: Module) -> list[str]:
    found = []
    alchemy = _names_of_sqlalchemy(module)
    reads = any(inside(module.name, unit) for unit in MAY_READ)
    means = _MEANS - {"Connection"} if reads else _MEANS
    for node in ast.walk(module.tree):
        what = _driver(node) or _means(node, alchemy, means) or ("" if reads else _call(node))
        if what:
            found.append(f"{module.name}:{getattr(node, 'lineno', 0)} uses {what}")
    return found


def _names_of_sqlalchemy(module: Module) -> set[str]:
    """The names under which the file knows SQLAlchemy's own modules (`import sqlalchemy as sa`)."""
    imports = [node for node in ast.walk(module.tree) if isinstance(node, ast.Import)]
    aliases = [alias for node in imports for alias in node.names if inside(alias.name, "sqlalchemy")]
    return {alias.asname or alias.name.split(".")[0] for alias in aliases}


def _driver(node: ast.AST) -> str:
    if isinstance(node, ast.Import):
        targets = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        targets = [node.module or ""]
    else:
        return ""
    return next((target for target in targets if target.split(".")[0] in _DRIVERS), "")


def _means(node: ast.AST, alchemy: set[str], means: frozenset[str]) -> str:
    if isinstance(node, ast.ImportFrom) and inside(node.module or "", "sqlalchemy"):
        return next((f"{node.module}.{alias.name}" for alias in node.names if alias.name in means), "")
    if isinstance(node, ast.Attribute) and node.attr in means and _root_name(node) in alchemy:
        return f"sqlalchemy's {node.attr}"
    return ""


def _call(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS:
        return f".{node.func.attr}()"
    return ""


def _root_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
