"""Who may import whom, as the design says it, and what breaks it."""

from __future__ import annotations

from collections.abc import Iterable

from .source import Import, Source, inside

_KERNEL = "baiyun_desktop.kernel"
_REGISTRY = "baiyun_desktop.registry"
_KEYS = "baiyun_desktop.keys"
_SUPPORT = "baiyun_desktop.support"
_REPLICA = "baiyun_desktop.replica"
_DOCUMENTS = "baiyun_desktop.documents"
_INTAKE = "baiyun_desktop.intake"
_UI = "baiyun_desktop.ui"
_MODULES = "baiyun_desktop.modules"
_UPDATES = "baiyun_desktop.updates"
_LAUNCHER = "baiyun_desktop.launcher"
_ROOTS = ("baiyun_desktop.app", "baiyun_desktop.district", "baiyun_desktop.stories")

DIRECTIONS: dict[str, tuple[str, ...]] = {
    "sync": (),
    "sync.desk": ("sync",),
    "sync.district": ("sync",),
    # Of the engine room the kernel knows what a table says of itself, and the words of an act (what a reader had seen).
    _KERNEL: ("sync.schema", "sync.act"),
    _REGISTRY: (_KERNEL,),
    # The district opens with its own half what a desk sealed, so keys know no replica.
    _KEYS: ("sync",),
    # Packages and versions' folders; the launcher comes up where nothing else does, so it knows these alone.
    _UPDATES: (_KEYS, "sync", "sync.desk"),
    _LAUNCHER: (_UPDATES,),
    # What is said of a full disk, a wrong clock or a bug knows no data, so that none gets into a log.
    _SUPPORT: (),
    _REPLICA: (_KERNEL, _REGISTRY, _KEYS, _SUPPORT, "sync", "sync.desk"),
    _DOCUMENTS: (_KERNEL,),
    _INTAKE: (_KERNEL, _REGISTRY, _REPLICA),
    _UI: (_KERNEL, _REGISTRY, _KEYS, _SUPPORT, _REPLICA, _DOCUMENTS, _INTAKE),
}
"""Unit to the units it may import besides itself. A unit does not stand for its sub-units that are named here."""

_EVERY_LAYER = (*DIRECTIONS, _MODULES)


def unit_of(name: str) -> str:
    """The unit of the design that a module of ours belongs to, or "" where the design has no place for it."""
    if inside(name, _MODULES):
        parts = name.split(".")
        if len(parts) > 3 and parts[3] == "screens":
            return ".".join(parts[:4])
        return ".".join(parts[:3])
    found = [unit for unit in (*DIRECTIONS, *_ROOTS) if inside(name, unit)]
    return max(found, key=len, default=name if name == "baiyun_desktop" else "")


def may_import(unit: str, target: str) -> bool:
    """Whether a module of the unit may import the module `target`."""
    other = unit_of(target)
    if not unit or not other:
        return False
    if unit == other or other == "baiyun_desktop":
        return True
    if unit == _MODULES:  # the tuple of modules
        return inside(other, _MODULES) or inside(target, _KERNEL)
    if inside(unit, _MODULES):
        return _module_may_import(unit, other)
    if unit in _ROOTS:
        return other not in _ROOTS or (unit, other) == ("baiyun_desktop.app", "baiyun_desktop.stories")
    return any(target == allowed or other == allowed for allowed in DIRECTIONS.get(unit, ()))


def _module_may_import(unit: str, other: str) -> bool:
    """A mandate sees the nouns and verbs it is made of; its screens see the window too. Never another mandate."""
    folder = ".".join(unit.split(".")[:3])
    is_screens = unit != folder
    return other in (_KERNEL, _REGISTRY) or (is_screens and other in (_UI, _REPLICA, folder))


def wrong_directions(source: Source) -> list[str]:
    """Every import of ours that goes where the design does not let it, and every module without a place."""
    lost = [f"{name} has no place in the design" for name in source.modules if not unit_of(name)]
    return lost + [str(i) for i in source.ours() if not may_import(unit_of(i.module), i.target)]


def cycles(source: Source) -> list[list[str]]:
    """The groups of modules that import one another in a ring (strongly connected, by Tarjan's algorithm)."""
    edges: dict[str, set[str]] = {name: set() for name in source.modules}
    for i in source.ours():
        if i.target != i.module and i.target in edges:
            edges[i.module].add(i.target)
    return [sorted(group) for group in _components(edges) if len(group) > 1]


def _components(edges: dict[str, set[str]]) -> Iterable[list[str]]:
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in edges:
        if start in order:
            continue
        path = [(start, iter(sorted(edges[start])))]
        order[start] = low[start] = len(order)
        stack.append(start)
        while path:
            node, following = path[-1]
            for other in following:
                if other not in order:
                    order[other] = low[other] = len(order)
                    stack.append(other)
                    path.append((other, iter(sorted(edges[other]))))
                    break
                if other in stack:
                    low[node] = min(low[node], order[other])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == order[node]:
                    cut = stack.index(node)
                    yield stack[cut:]
                    del stack[cut:]


QT = ("PySide6", "shiboken6", "qtpy", "qtawesome", "superqt", "pyqtgraph")


def qt_outside_the_window(source: Source) -> list[str]:
    """Imports of Qt where no window is."""
    return [str(i) for i in source.theirs() if i.target.split(".")[0] in QT and not _may_use_qt(i)]


def _may_use_qt(i: Import) -> bool:
    unit = unit_of(i.module)
    return unit in (_UI, "baiyun_desktop.app", "baiyun_desktop.stories") or unit.endswith(".screens")
