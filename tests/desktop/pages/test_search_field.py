"""The search above a list, and what follows from it."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app import Desk
from desktop.pages.search_field import SearchField
from server.store.leads import NewLead
from tests.desktop.conftest import until
from tests.system.processes import ServerProcess


async def test_escape_clears_at_once_and_does_no_more(qtbot: QtBot) -> None:
    field = SearchField("Search", widest=200)
    qtbot.addWidget(field)
    field.show()
    settled: list[str] = []
    field.settled.connect(lambda: settled.append(field.text()))
    field.put("lee")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), settled) == ("", [""])
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert settled == [""]


async def test_people_are_found_by_their_words_and_details_show_nobody_else(desk: Desk, service: ServerProcess) -> None:
    people = [
        NewLead("hm@search.example", "Hans Müller", "", "+49 221 4711"),
        NewLead("zo@search.example", "Zoë Search"),
    ]
    await asyncio.to_thread(service.add_leads, people)
    page, model = desk.leads_page, desk.leads_model

    QTest.keyClicks(page.search, "muller hans 0221 zoe")
    await until(lambda: model.is_known and model.total == 0, model.loaded, what="nobody")
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    await until(lambda: model.total > 1, model.loaded, what="everybody")
    QTest.keyClicks(page.search, "muller hans search")
    await until(lambda: _names(desk) == ["Hans Müller"], model.loaded, what="one person")
    page.table.setCurrentIndex(model.index(0, 1))
    page.details_button.setChecked(True)
    await until(lambda: desk.lead_details.details, desk.lead_details.changed, what="details")
    assert desk.lead_details.lead is not None
    assert desk.lead_details.lead.name == "Hans Müller"

    page.search.selectAll()
    QTest.keyClicks(page.search, "zoe search")
    await until(lambda: _names(desk) == ["Zoë Search"], model.loaded, what="her")
    assert desk.lead_details.lead is None


def _names(desk: Desk) -> list[str]:
    return [lead.name for lead in desk.leads_model.known_rows()]
