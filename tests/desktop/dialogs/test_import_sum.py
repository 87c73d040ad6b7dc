"""The sum that the wizard tells holds, before the import, after it, and when it ends half way."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from desktop.dialogs.import_steps.sums import sum_of_check, sum_of_import
from server.contract import Import, ImportCheck, ImportLines, ImportState

_some = st.integers(0, 10**6)


@given(parts=st.tuples(_some, _some, _some, _some), besides=st.tuples(_some, _some, _some, _some, _some), left=_some)
def test_the_lines_of_the_file_are_the_sum_of_what_became_of_them(
    parts: tuple[int, int, int, int], besides: tuple[int, int, int, int, int], left: int
) -> None:
    new, there, twice, refused = parts
    above, header, empty, continued, hidden = besides
    rows = sum(parts) + left
    lines = ImportLines(
        total=rows + sum(besides),
        above=above,
        header=header,
        empty=empty,
        continued=continued,
        hidden=hidden,
        rows=rows,
    )
    ended = Import(
        id="a" * 24,
        file_name="leads.csv",
        by="ann",
        state=ImportState.STOPPED,
        total=rows,
        done=rows - left,
        imported=new,
        duplicates=there + twice,
        duplicates_in_file=twice,
        already_there=there,
        refused=refused,
        lines=lines,
        created_at=datetime.now(UTC),
    )
    told = sum_of_import(ended)
    assert next(iter(told)) == "Lines in the file"
    assert 2 * told["Lines in the file"] == sum(told.values())
    of_rows = sum_of_import(ended.model_copy(update={"lines": None}))
    assert 2 * of_rows["Rows in the file"] == sum(of_rows.values())

    check = ImportCheck(
        rows=rows, importable=new + left, duplicates_in_file=twice, already_there=there, refused=refused, lines=lines
    )
    before = sum_of_check(check)
    assert 2 * before["Lines in the file"] == sum(before.values())
    assert before.keys() | {"Not read any more"} == told.keys() | {"Not read any more"}, "in the same words"
