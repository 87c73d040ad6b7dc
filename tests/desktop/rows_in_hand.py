"""Points at rows of every list, and says where another one was meant.

A program of its own: Qt is told of the scaling before it starts. Its arguments: the service's address; the token comes
in the environment. It prints a line of JSON for each row that was pointed at.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QTableView, QVBoxLayout

from desktop.app import Desk
from desktop.dialogs.email_history import EmailHistoryDialog
from desktop.dialogs.logins import LoginsDialog
from desktop.dialogs.result import skipped_dialog
from desktop.models.chosen import ChosenModel
from desktop.models.failures import FailureColumn, FailuresModel
from desktop.models.paged import PagedModel
from desktop.pages.chosen_list import ChosenList
from desktop.pages.queue_view import FailedView
from desktop.platform.event_loop import run
from desktop.shell.sidebar import Place
from desktop.start import make_application
from server.contract import EmailState, LeadFilter, LoginSession, Selection, SkippedLead, SkipReason
from tests.desktop.conftest import MemoryTokens, until

_ID = "5f43a1c2d4e5f60718293a4b"
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@dataclass(frozen=True)
class List:
    """One to point at. ``show`` brings it on screen and answers its table; ``named`` is the column that tells one row
    from another; ``entry`` an entry of the menu, if rows have one; ``meant`` whom what was opened is about.
    """

    name: str
    show: Callable[[Desk], Awaitable[QTableView]]
    named: int
    meant: Callable[[Desk], str] | None = None
    entry: str = ""


# --- The lists ---


async def _there(model: PagedModel[Any] | FailuresModel) -> None:
    model.refresh()
    await until(lambda: model.is_known and model.total > 1 and not model._loading, model.loaded, seconds=60)


async def _leads(desk: Desk) -> QTableView:
    desk.window.go_to(Place.LEADS)
    desk.leads_page.details_button.setChecked(False)
    await _there(desk.leads_model)
    return desk.leads_page.table


def _queue(state: EmailState, view: FailedView = FailedView.FAILED) -> Callable[[Desk], Awaitable[QTableView]]:
    async def show(desk: Desk) -> QTableView:
        desk.window.go_to(Place.EMAIL_QUEUE)
        page = desk.queue_page
        page.show_view(view) if state is EmailState.FAILED else page.show_state(state)
        await _there(page.lists.model)
        return page.lists.table

    return show


async def _users(desk: Desk) -> QTableView:
    desk.window.go_to(Place.USERS)
    await _there(desk.users_model)
    return desk.users_page.listing.table


async def _activity(desk: Desk) -> QTableView:
    desk.window.go_to(Place.ACTIVITY)
    await _there(desk.activity_model)
    return desk.activity_page.listing.table


async def _admins(desk: Desk) -> QTableView:
    desk.window.go_to(Place.ADMINS)
    await _there(desk.admins_model)
    return desk.admins_page.listing.table


async def _logins(desk: Desk) -> QTableView:
    now = datetime.now(UTC)
    login = LoginSession(id=_ID, device="", address="::1", created_at=now, last_used_at=now, expires_at=now)
    dialog = LoginsDialog("ann", is_me=True, parent=desk.window)
    dialog.show_logins([login.model_copy(update={"device": f"device {number}"}) for number in range(5)])
    dialog.open()
    return dialog.table


async def _skipped(desk: Desk) -> QTableView:
    lead = SkippedLead(lead_id=_ID, email="", name="", reason=SkipReason.ALREADY_USER, message="")
    dialog = skipped_dialog(desk.window, [lead.model_copy(update={"email": f"{n}@firm.example"}) for n in range(5)])
    dialog.open()
    return dialog.table


async def _chosen(desk: Desk) -> QTableView:
    people = ChosenList(ChosenModel(desk.api, Selection(matching=LeadFilter()), LeadFilter()), 0)
    dialog = QDialog(desk.window)
    QVBoxLayout(dialog).addWidget(people)
    dialog.resize(600, 400)
    dialog.open()
    await _there(people._model)
    return people.table


def _history(desk: Desk) -> str:
    titles = [each.windowTitle() for each in desk.window.findChildren(EmailHistoryDialog) if each.isVisible()]
    return ", ".join(titles).removeprefix("History of ")


def _cause(desk: Desk) -> str:
    cause = desk.queue_page._view.cause
    return "" if cause is None else desk.failures_model.text(cause, FailureColumn.CAUSE) or ""


def _lead(desk: Desk) -> str:
    return "" if desk.lead_details.lead is None else desk.lead_details.lead.email


LISTS = (
    List("leads", _leads, 2, _lead),
    List("waiting", _queue(EmailState.PENDING), 1, _history, "History"),
    List("sending", _queue(EmailState.PROCESSING), 1, _history, "History"),
    List("causes", _queue(EmailState.FAILED, FailedView.CAUSES), 1, _cause, "Show emails"),
    List("failed", _queue(EmailState.FAILED), 1, _history, "History"),
    List("bounced", _queue(EmailState.FAILED, FailedView.BOUNCED), 1, _history, "History"),
    List("held", _queue(EmailState.FAILED, FailedView.HELD), 1, _history, "History"),
    List("sent", _queue(EmailState.SENT), 1, _history, "History"),
    List("users", _users, 0),
    List("activity", _activity, 0),
    List("admins", _admins, 0),
    List("logins", _logins, 0),
    List("skipped leads", _skipped, 0),
    List("whom an activation is for", _chosen, 1),
)

# --- The hand ---


def _point(table: QTableView, row: int, column: int) -> QPoint:
    """In the window, whatever else is there by the time of the click."""
    place = table.visualRect(table.model().index(row, column)).center()
    return table.viewport().mapTo(table.window(), place)


def _rows(table: QTableView) -> list[int]:
    """The first, one in the middle and the last."""
    last = table.model().rowCount() - 1
    return sorted({0, last // 2, last})


def _menu() -> QMenu | None:
    popup = QApplication.activePopupWidget()
    return popup if isinstance(popup, QMenu) else None


async def _problems(desk: Desk, of: List, row: int) -> list[str]:
    """Where another row was meant than the one that is pointed at."""
    found: list[str] = []
    table = await of.show(desk)
    table.executeDelayedItemsLayout()
    table.scrollTo(table.model().index(row, of.named))
    QCoreApplication.sendPostedEvents()
    text = table.model().index(row, of.named).data()
    handle, place = table.window().windowHandle(), _point(table, row, of.named)

    QTest.mousePress(handle, _RIGHT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseRelease(handle, _RIGHT, Qt.KeyboardModifier.NoModifier, place)
    if table.currentIndex().row() != row:
        found.append(f"the right button means row {table.currentIndex().row()}")
    menu = _menu()
    if of.entry and of.meant is not None:
        found += [] if menu is not None else ["no menu"]
        if menu is not None:
            next(entry for entry in menu.actions() if entry.text() == of.entry).trigger()
            menu.close()
            found += [] if of.meant(desk) == text else [f"the menu means {of.meant(desk)!r} and not {text!r}"]
    elif menu is not None:
        menu.close()
    _close_dialogs(desk, but=table)

    if of.meant is not None:
        table = await of.show(desk)
        QCoreApplication.sendPostedEvents()
        QTest.mouseDClick(handle, _LEFT, Qt.KeyboardModifier.NoModifier, place)
        found += [] if of.meant(desk) == text else [f"a double click means {of.meant(desk)!r} and not {text!r}"]
        _close_dialogs(desk, but=table)
        table = await of.show(desk)
        table.setFocus()
        table.setCurrentIndex(table.model().index(row, of.named))
        QTest.keyClick(table, Qt.Key.Key_Return)
        found += [] if of.meant(desk) == text else [f"Return means {of.meant(desk)!r} and not {text!r}"]
    _close_dialogs(desk)
    return found


def _close_dialogs(desk: Desk, *, but: QTableView | None = None) -> None:
    for dialog in desk.window.findChildren(QDialog):
        if but is None or dialog is not but.window():
            dialog.hide()
            dialog.deleteLater()


async def _point_at_all(url: str) -> None:
    desk = Desk(url, keyring=MemoryTokens())
    await desk.start(os.environ["DESK_TOKEN"])
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online")
    desk.window.resize(1280, 900)
    for each in LISTS:
        table = await each.show(desk)
        rows = _rows(table)
        _close_dialogs(desk)
        for row in rows:
            problems = await _problems(desk, each, row)
            sys.stdout.write(json.dumps({"list": each.name, "row": row, "problems": problems}) + "\n")
    await desk.stop()


def main() -> None:
    """Point at the first, a middle and the last row of every list."""
    application = make_application()
    run(_point_at_all(sys.argv[1]))
    del application  # held until here: Qt goes before the interpreter does


if __name__ == "__main__":
    main()
