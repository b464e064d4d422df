"""The district's database in memory, asked without SQLAlchemy's machinery: in a simulated world that is half of all work.

Statements are SQLAlchemy's, compiled by it once; running one here takes a tenth of the time. Real engines are what the
engine's other tests run on.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from sqlalchemy import Engine, LargeBinary, exc
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler

from .store import Trap

DIALECT = sqlite.dialect()
Values = dict[str, Any]


class Rows:
    """An answer, read at once; rows have their columns' names."""

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self._at = 0
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def fetchone(self) -> Any:
        self._at += 1
        return self._rows[self._at - 1] if self._at <= len(self._rows) else None

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        if len(self._rows) > 1:
            raise exc.MultipleResultsFound("more than one row")
        return self.first()

    def one(self) -> Any:
        if not self._rows:
            raise exc.NoResultFound("no row")
        return self.one_or_none()

    def scalars(self) -> Rows:
        return Rows([row[0] for row in self._rows], self.rowcount)

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def partitions(self, size: int) -> Iterator[list[Any]]:
        return (self._rows[at : at + size] for at in range(0, len(self._rows), size))

    def mappings(self) -> Rows:
        return Rows([row._mapping for row in self._rows], self.rowcount)


@dataclass(slots=True)
class Plan:
    """A statement as SQLite is given it: its text, and where each of its values comes from."""

    compiled: SQLCompiler
    sql: str
    names: Sequence[str]
    binds: dict[str, Callable[[Any], Any]]
    row: Callable[[Any], Any] | None
    readers: list[tuple[int, Callable[[Any], Any]]]
    lists: list[Any]
    fixed: Values
    """The values that stand in the statement itself."""
    size: int
    """How many values it has in all."""
    spread: dict[tuple[int, ...], tuple[str, list[tuple[str, tuple[int, ...]]]]] = field(default_factory=dict)

    def values(self, given: Values) -> list[Any]:
        binds = self.binds
        if not binds:
            return [given[name] for name in self.names]
        return [binds[name](given[name]) if name in binds else given[name] for name in self.names]

    def spread_out(self, given: Values) -> tuple[str, list[Any]]:
        """Text and values where a list stands for as many values as it has."""
        given = {name: list(value) if isinstance(value, set) else value for name, value in given.items()}
        sizes = tuple(len(given[self.compiled.bind_names[p]]) for p in self.lists)
        known = self.spread.get(sizes)
        if known is None:
            state = self.compiled._process_parameters_for_postcompile(dict(given))
            places = [_place(name, given) for name in state.positiontup or ()]
            known = self.spread[sizes] = (state.statement, places)
        return known[0], [_at(given[name], path) for name, path in known[1]]

    def read(self, cursor: sqlite3.Cursor) -> Rows:
        if self.row is None:
            return Rows([], cursor.rowcount)
        found: Iterable[Any] = cursor.fetchall()
        if self.readers:
            found = map(self._converted, found)
        return Rows(list(map(self.row, found)), cursor.rowcount)

    def _converted(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for at, reader in self.readers:
            values[at] = reader(values[at])
        return values

    def complete(self, given: Values, bound: Any) -> Values:
        """All values of a statement, of which some stand in it; `bound` are those of one that was built anew."""
        if len(given) >= self.size:
            return given
        if bound is None:
            return {**self.fixed, **given}
        return self.compiled.construct_params(given, extracted_parameters=bound)


def _place(name: str, given: Values) -> tuple[str, tuple[int, ...]]:
    """Where a spread value comes from: `keys_2_1` is the first of the second of `keys`."""
    if name in given:
        return name, ()
    parts = name.split("_")
    for cut in (1, 2):
        base = "_".join(parts[:-cut])
        if base in given:
            return base, tuple(int(p) - 1 for p in parts[-cut:])
    raise KeyError(name)


def _at(value: Any, path: tuple[int, ...]) -> Any:
    for n in path:
        value = value[n]
    return value


def _row_type(names: Sequence[str]) -> Callable[[Any], Any]:
    """What makes a row with names of a tuple's values."""
    base: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    row: Any = type("Row", (base,), {"__slots__": (), "_mapping": property(lambda row: row._asdict())})
    return partial(tuple.__new__, row)


def _make(statement: Any, keys: tuple[str, ...], cache_key: Any, many: bool) -> Plan:
    compiled: SQLCompiler = statement._compiler(
        DIALECT, cache_key=cache_key, column_keys=list(keys), for_executemany=many
    )
    binds = {name: f for name, f in compiled._bind_processors.items() if callable(f)}
    columns = compiled._result_columns
    # What is bytes is bytes already, unlike what some other drivers hand over.
    types = [None if isinstance(c.type, LargeBinary) else c.type for c in columns]
    processors = [kind and kind._cached_result_processor(DIALECT, None) for kind in types]
    readers = [(n, p) for n, p in enumerate(processors) if p is not None]
    row = _row_type([c.keyname for c in columns]) if columns else None
    lists = list(compiled.post_compile_params)
    fixed = {name: bind.effective_value for bind, name in compiled.bind_names.items() if not bind.required}
    names, size = compiled.positiontup or [], len(compiled.bind_names)
    return Plan(compiled, compiled.string, names, binds, row, readers, lists, fixed, size)


_BY_KEY: dict[Any, Plan] = {}
_BY_STATEMENT: dict[tuple[int, tuple[str, ...]], Plan] = {}
"""Of statements that are kept, by their identity."""


def plan_of(statement: Any, keys: tuple[str, ...], *, many: bool = False) -> tuple[Plan, Any]:
    """The plan of a statement, also of one that was built anew, and the values that stand in it if they are its own."""
    own = _BY_STATEMENT.get((id(statement), keys))
    if own is not None:
        return own, None
    key = statement._generate_cache_key()
    plan = _BY_KEY.get((key.key, keys, many))
    if plan is None:
        plan = _BY_KEY[(key.key, keys, many)] = _make(statement, keys, key, many)
        _BY_STATEMENT[(id(statement), keys)] = plan  # which keeps the statement
    return plan, None if plan.compiled.statement is statement else key.bindparams


class Conn:
    """A connection as the district's code uses it; it begins a transaction with its first statement."""

    def __init__(self, engine: QuickEngine) -> None:
        self.engine = engine
        self.dialect = DIALECT
        self._raw, self._trap = engine.raw, engine.trap
        self._open = False

    def __enter__(self) -> Conn:
        return self

    def __exit__(self, *_error: object) -> None:
        self.rollback()

    def _run(self, sql: str, values: Any, *, many: bool = False) -> sqlite3.Cursor:
        if not self._open:
            self._begin()
        trap = self._trap
        trap.steps += 1
        if trap.kind:
            trap.strike(sql)
        try:
            return self._raw.executemany(sql, values) if many else self._raw.execute(sql, values)
        except sqlite3.Error as error:
            raise getattr(exc, type(error).__name__, exc.DatabaseError)(sql, values, error) from error

    def execute(self, statement: Any, parameters: Any = None) -> Rows:
        if isinstance(parameters, list):
            plan, bound = plan_of(statement, tuple(parameters[0]), many=True)
            every = plan.complete(parameters[0], bound)
            return plan.read(self._run(plan.sql, [plan.values({**every, **p}) for p in parameters], many=True))
        given = parameters or {}
        plan, bound = plan_of(statement, tuple(given))
        given = plan.complete(given, bound)
        if plan.lists:
            return plan.read(self._run(*plan.spread_out(given)))
        return plan.read(self._run(plan.sql, plan.values(given)))

    def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return self.execute(statement, parameters).scalar()

    def scalars(self, statement: Any, parameters: Any = None) -> Rows:
        return self.execute(statement, parameters).scalars()

    def exec_driver_sql(self, sql: str, values: Any = ()) -> Rows:
        cursor = self._run(sql, values, many=isinstance(values, list))
        if cursor.description is None:
            return Rows([], cursor.rowcount)
        make = _row_type([d[0] for d in cursor.description])
        return Rows(list(map(make, cursor.fetchall())), cursor.rowcount)

    def execution_options(self, **_options: Any) -> Conn:
        return self

    # --- transactions -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._trap.step("BEGIN")
        self._raw.execute("BEGIN")
        self._open = True

    def commit(self) -> None:
        if self._open:
            self._trap.step("COMMIT")
            self._raw.execute("COMMIT")
            self._open = False

    def rollback(self) -> None:
        if self._open:
            self._open = False
            self._raw.execute("ROLLBACK")

    @contextmanager
    def begin(self) -> Iterator[Conn]:
        """One transaction: all of it, or nothing."""
        self._begin()
        try:
            yield self
            self.commit()
        except BaseException:
            self.rollback()
            raise

    @contextmanager
    def begin_nested(self) -> Iterator[Conn]:
        self._run("SAVEPOINT inner", ())
        try:
            yield self
        except BaseException:
            self._run("ROLLBACK TO inner", ())
            raise
        finally:
            self._run("RELEASE inner", ())


@dataclass
class RawAgain:
    """The driver's connection, lent out."""

    raw: sqlite3.Connection

    def cursor(self) -> sqlite3.Cursor:
        return self.raw.cursor()

    def close(self) -> None:
        """It stays open for all others."""


class QuickEngine:
    """One database in memory for all worlds; its content is laid anew for each."""

    def __init__(self) -> None:
        self.raw = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        self.raw.execute("PRAGMA secure_delete=ON")
        self.dialect = DIALECT
        self.trap = Trap()

    def as_engine(self) -> Engine:
        """Itself, to whoever wants SQLAlchemy's."""
        return cast(Engine, self)

    def raw_connection(self) -> RawAgain:
        """What folds a log into its database; there is none here."""
        return RawAgain(self.raw)

    def copy(self) -> QuickEngine:
        """Another one with the same content."""
        other = QuickEngine()
        self.raw.backup(other.raw)
        return other

    def replace(self, content: bytes) -> None:
        """Another database takes this one's place."""
        with closing(sqlite3.connect(":memory:")) as other:
            other.deserialize(content)
            other.backup(self.raw)

    def connect(self) -> Conn:
        return Conn(self)

    @contextmanager
    def begin(self) -> Iterator[Conn]:
        conn = Conn(self)
        with conn.begin():
            yield conn
