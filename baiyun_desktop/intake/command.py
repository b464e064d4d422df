"""An import from a file's path to its report, as the command line and the window call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from baiyun_desktop.intake.commit import Cancelled, ImportReport, Progress, commit
from baiyun_desktop.intake.errors import IntakeError, NothingToImport
from baiyun_desktop.intake.finding import Severity
from baiyun_desktop.intake.known import RECORDS_MAX, knower
from baiyun_desktop.intake.labels import How, MappingStore
from baiyun_desktop.intake.mapping import Mapping
from baiyun_desktop.intake.meaning import Meaning
from baiyun_desktop.intake.memory import FileMappings
from baiyun_desktop.intake.plan import ImportPlan
from baiyun_desktop.intake.planning import make_plan
from baiyun_desktop.intake.read import read_workbook
from baiyun_desktop.intake.recognise import recognise_all
from baiyun_desktop.kernel.listing import Condition, Test
from baiyun_desktop.kernel.program import Program
from baiyun_desktop.kernel.value import Snapshot
from baiyun_desktop.registry import address
from baiyun_desktop.replica.filters import Begins
from baiyun_desktop.replica.replica import Replica

FORMS_FILE = "forms.json"
BEIJING = timezone(timedelta(hours=8))
COMMUNITY_DIGITS = 12
GUESS_SHARE = 0.5
"""A file is taken for a community's where more of its addresses name it than not."""


def recognised(path: str | Path, program: Program, store: MappingStore | None = None) -> list[Mapping]:
    """The lists in a file. Raises UnreadableFile, or NothingToImport where no sheet is one."""
    mappings = recognise_all(read_workbook(path), program, store)
    if not mappings:
        raise NothingToImport(
            f"“{Path(path).name}”里没有找到人员或房屋名单。请确认有一行表头写着“姓名”或“住址”等字样。"
        )
    return mappings


def planned(
    replica: Replica, program: Program, mappings: list[Mapping], community: str = "", *, today: date | None = None
) -> ImportPlan:
    """The plan of recognised lists against what the replica holds. Nothing is written.

    `community` is the organisation code that the file comes from; where it is empty, or a street's or the district's,
    the post's only community or the one that most addresses name. Raises IntakeError where that cannot be told.
    """
    code = community[:COMMUNITY_DIGITS] if len(community) >= COMMUNITY_DIGITS else community_of(replica, mappings)
    name = _community_name(replica, code)
    return make_plan(
        mappings,
        program,
        community=code,
        community_name=name,
        today=today or datetime.fromtimestamp(replica.clock.now_ms() / 1000, UTC).astimezone(BEIJING).date(),
        knower=knower(replica.read, code, name),
        grids=_grids(replica, code),
    )


def import_file(
    replica: Replica,
    program: Program,
    path: str | Path,
    community: str = "",
    officer: str = "",
    *,
    store: MappingStore | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    today: date | None = None,
) -> ImportReport:
    """Reads, plans and imports all new rows of a file. Again adds nothing.

    Raises UnreadableFile, NothingToImport, or IntakeError where the community is not clear; DiskTrouble from the door.
    """
    mappings = recognised(path, program, store)
    plan = planned(replica, program, mappings, community, today=today)
    report = commit(plan, replica, officer=officer, progress=progress, cancelled=cancelled)
    if store is not None:
        remember(store, mappings)
    return report


def run(replica: Replica, program: Program, path: Path, community: str = "", *, preview: bool = False) -> Iterator[str]:
    """The import as a command: plain lines to print. A workbook of findings is left beside the file.

    With `preview` nothing is written anywhere. Raises as `import_file` does.
    """
    store = FileMappings(replica.path.with_name(FORMS_FILE))
    mappings = recognised(path, program, store)
    plan = planned(replica, program, mappings, community)
    yield from _described(plan)
    if preview:
        return
    report = commit(plan, replica)
    remember(store, mappings)
    yield f"已导入 {report.imported} 行（其中草稿 {report.drafts} 行），未导入 {report.skipped} 行，用时 {report.seconds:.1f} 秒。"
    yield f"批次 {report.batch}；需要时可整批撤销。"
    if report.unnumbered:
        yield f"其中 {report.unnumbered} 条登记还没有编号（本机编号不够），同步后在窗口的导入页补。"
    if report.findings:
        back = path.with_name(f"{path.stem}_导入问题.xlsx")
        back.write_bytes(report.workbook())
        yield f"问题清单：{back}"


def _described(plan: ImportPlan) -> Iterator[str]:
    """The plan in lines: where from, columns, figures, and each finding that the clerk should look at."""
    yield f"来自{plan.origin.community_name or plan.origin.community}"
    for mapping in plan.mappings:
        columns = "、".join(f"{c.shown}→{c.title}" for c in mapping.columns if c.meaning is not None)
        yield f"工作表“{mapping.sheet.name}”：{len(mapping.data)} 行。{columns}"
        for column in mapping.questions:
            yield f"  请确认：“{column.shown}”列按“{column.title}”导入"
    yield from plan.notes
    counts = plan.counts()
    yield f"共 {counts['rows']} 行：将导入 {counts['new_rows']}，重复 {counts['duplicate_rows']}，已有 {counts['known_rows']}。"
    for finding in plan.findings:
        if finding.severity is not Severity.NOTE:
            yield f"  【{finding.severity.value}】{finding.sheet} {finding}"


def remember(store: MappingStore, mappings: list[Mapping]) -> None:
    """Keeps what was settled or guessed about the forms, so that their next file asks nothing."""
    for mapping in mappings:
        if any(column.how in (How.LIKE, How.CHOSEN) for column in mapping.columns):
            store.remember(mapping.fingerprint, mapping.settled())


def community_of(replica: Replica, mappings: list[Mapping]) -> str:
    """The community that a file comes from. Raises IntakeError where the post has several and the file names none."""
    areas = replica.identity.places
    if len(areas) == 1 and len(areas[0]) >= COMMUNITY_DIGITS:
        return areas[0][:COMMUNITY_DIGITS]
    named = _named_in(mappings)
    found = [org for org in _organisations(replica, areas) if plain_name(org) in named]
    if found:
        best = max(found, key=lambda org: named[plain_name(org)])
        if named[plain_name(best)] > GUESS_SHARE * named.total():
            return str(best.code)
    raise IntakeError("看不出这份台账是哪个社区的。请选定社区后再导入。")


def plain_name(organisation: Snapshot) -> str:
    """宝山社区 for 宝山社区居委会, as addresses write it."""
    return str(organisation.get("name") or "").removesuffix("居委会").removesuffix("居民委员会")


def _named_in(mappings: list[Mapping]) -> Counter[str]:
    """How often the addresses of a file name which community."""
    named: Counter[str] = Counter()
    for mapping in mappings:
        column = mapping.column(Meaning.ADDRESS)
        for index in mapping.data if column is not None else ():
            cell = mapping.sheet.rows[index][column.index] if column is not None else None
            community = address.parse(cell).community if isinstance(cell, str) else ""
            if community:
                named[community] += 1
    return named


def _organisations(replica: Replica, areas: tuple[str, ...]) -> list[Snapshot]:
    """The communities within the post's areas."""
    found = []
    for area in areas:
        rows = replica.read.list("organisation", [Begins("code", area)], limit=RECORDS_MAX).rows
        found += [row for row in rows if len(str(row.code)) == COMMUNITY_DIGITS]
    return found


def _community_name(replica: Replica, code: str) -> str:
    rows = replica.read.list("organisation", [Condition("code", Test.IS, code)], limit=1).rows
    return plain_name(rows[0]) if rows else ""


def _grids(replica: Replica, community: str) -> dict[str, str]:
    """Codes and names of a community's grids to their codes."""
    grids: dict[str, str] = {}
    for row in replica.read.list(
        "organisation", [Condition("parent_code", Test.IS, community)], limit=RECORDS_MAX
    ).rows:
        grids[str(row.code)] = str(row.code)
        if row.get("name"):
            grids[str(row.name)] = str(row.code)
    return grids
