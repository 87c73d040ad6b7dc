"""Heads look and act as if they sorted the list where they do, and nowhere else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from desktop.app import Desk
from desktop.models.rows import RowsModel
from desktop.pages.table import Table
from desktop.shell.sidebar import Place
from server.contract import EmailState
from tests.desktop.conftest import until


def move_to(viewport: QWidget, place: QPoint) -> None:
    """As the window system tells of it."""
    none = Qt.MouseButton.NoButton
    where = QPointF(viewport.mapToGlobal(place))
    move = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, move)


async def test_the_heads_of_every_list_sort_or_do_not_look_so(desk: Desk) -> None:
    seen = 0
    for place in Place:
        desk.window.go_to(place)
        for table in desk.window.pages.currentWidget().findChildren(Table):
            if place is Place.EMAIL_QUEUE:
                desk.queue_page.lists.setCurrentWidget(table)
            look_at_heads(table)
            seen += 1
    assert seen == 4 + len(EmailState) + 1, "one of each page, and those of the queue"


def look_at_heads(table: Table) -> None:
    """All that are shown."""
    name, model, head = table.objectName(), table.model(), table.head
    assert isinstance(model, RowsModel)
    assert head.isSortIndicatorShown() == bool(model.sortable), name
    for column in range(head.count()):
        if head.isSectionHidden(column):
            continue
        where = QPoint(head.sectionViewportPosition(column) + 12, head.height() // 2)
        before, sorts, what = model.order, column in model.sortable, f"{name}, {model.heading(column)}"
        move_to(head.viewport(), where)
        assert head.sectionsClickable() == sorts, what
        if column != model.check_column:
            QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=where)
            assert (model.order != before) == sorts, what


async def test_lists_in_dialogs_do_not_sort_and_do_not_look_so(desk: Desk) -> None:
    desk.leads_desk.show_imports()
    desk.settings_page.logins_button.click()
    await until(lambda: len(_dialog_lists(desk)) >= 2, what="both lists")
    for table in _dialog_lists(desk):
        assert not table.horizontalHeader().sectionsClickable(), table.accessibleName()
        assert not table.horizontalHeader().isSortIndicatorShown(), table.accessibleName()


def _dialog_lists(desk: Desk) -> list[QTableView]:
    return [each for each in desk.window.findChildren(QTableView) if not isinstance(each, Table)]
