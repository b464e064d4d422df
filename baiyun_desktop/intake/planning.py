"""Makes the plan of a file: reads each row, asks what is held of them, and places each among the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from baiyun_desktop.intake.cells import typed_rows
from baiyun_desktop.intake.compose import compose, field_of
from baiyun_desktop.intake.facts import Origin
from baiyun_desktop.intake.known import Knower, Known
from baiyun_desktop.intake.mapping import Mapping, Subject
from baiyun_desktop.intake.placing import Placing
from baiyun_desktop.intake.plan import ImportPlan, PlannedRow
from baiyun_desktop.intake.reader import Reader
from baiyun_desktop.intake.sheet import is_filled
from baiyun_desktop.kernel.program import Program


def make_plan(
    mappings: Iterable[Mapping],
    program: Program,
    *,
    community: str,
    community_name: str,
    today: date,
    knower: Knower | None = None,
    grids: dict[str, str] | None = None,
) -> ImportPlan:
    """Plans the rows of all lists of a file, which come from one community. Nothing is written.

    `knower` looks up what is held already (`known.knower`); without one every row is new. `grids` are the codes and
    names of the community's grids to their codes.
    """
    chosen = list(mappings)
    origin = Origin(community, community_name, field_of(program), program.codes, today, grids or {})
    reader, read = Reader(origin), []
    for mapping in chosen:
        read += [(mapping.subject, reader.read(row, mapping.grid)) for row in typed_rows(mapping)]
    known = knower([facts for _, facts in read]) if knower is not None else Known()
    plan = ImportPlan(origin, chosen, houses=known.houses)
    placing = Placing(known, origin, program)
    for subject, facts in read:
        planned = PlannedRow(facts.row.sheet, facts.row.number, facts, compose(subject, facts))
        if subject is Subject.RESIDENTS:
            placing.place(planned)
        else:
            placing.place_house(planned)
        plan.rows.append(planned)
    plan.notes = [note for mapping in chosen for note in (*mapping.notes, *_left_out(mapping))]
    return plan


def _left_out(mapping: Mapping) -> list[str]:
    """Columns that hold something and are not taken in, so that the clerk knows before importing."""
    notes = []
    for column in mapping.left_out:
        filled = sum(1 for index in mapping.data if is_filled(mapping.sheet.rows[index][column.index]))
        if filled:
            notes.append(f"工作表“{mapping.sheet.name}”的“{column.shown}”列没有导入（{filled} 格有内容）")
    return notes
