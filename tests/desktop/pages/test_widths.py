"""Columns of a list: what room there is goes where something would be cut, and what people choose stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from desktop.app import Desk
from desktop.models.emails import EmailColumn
from desktop.pages.table import Table
from server.contract import EmailState
from tests.desktop.conftest import MemoryTokens

#: Of a list in a window that fills a screen 1920 or 1366 pixels wide.
WIDE, USUAL = 1596, 1042
#: As long as addresses of people at firms are.
_LONG = "maximiliane.oberhuber-schwarzenbacher@mail.grossunternehmen.example"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Without a server behind it."""
    desk = Desk("http://127.0.0.1:9", keyring=MemoryTokens())
    yield desk
    await desk.stop()


def alone(desk: Desk, state: EmailState) -> Table:
    """The list of those, in a window of its own: its page shows none while there is nothing in it."""
    table = desk.queue_page.lists.tables[state]
    table.setParent(None)
    table.show()
    return table


def widths(table: Table) -> dict[EmailColumn, int]:
    """Of the columns that are shown."""
    return {column: table.columnWidth(column) for column in EmailColumn if not table.isColumnHidden(column)}


@pytest.mark.parametrize("state", EmailState)
async def test_addresses_are_whole_on_a_wide_screen(desk: Desk, state: EmailState) -> None:
    table = alone(desk, state)
    needed = table.fontMetrics().horizontalAdvance(_LONG[:60])

    table.resize(WIDE, 700)
    wide = widths(table)
    assert wide[EmailColumn.EMAIL] >= min(needed, 420)
    assert wide[EmailColumn.NAME] == 300
    assert wide[EmailColumn.DETAIL] > 360
    assert sum(wide.values()) == table.viewport().width()

    table.resize(USUAL, 700)
    usual = widths(table)
    assert usual[EmailColumn.EMAIL] == 240, "the reasons need the rest"
    assert usual[EmailColumn.DETAIL] >= 120
    assert sum(usual.values()) == table.viewport().width()

    table.resize(WIDE, 700)
    assert widths(table) == wide


async def test_a_width_that_somebody_has_chosen_stays_whatever_room_there_is(desk: Desk) -> None:
    table = alone(desk, EmailState.FAILED)
    table.resize(WIDE, 700)
    untouched = table.widths()
    table.head.resizeSection(EmailColumn.EMAIL, 333)  # as a hand at its edge does
    for width in (USUAL, WIDE):
        table.resize(width, 700)
        assert table.columnWidth(EmailColumn.EMAIL) == 333
    assert table.widths() == {**untouched, EmailColumn.EMAIL: 333}
    assert untouched[EmailColumn.NAME] == 140, "what was only made wider by the room is not remembered"
