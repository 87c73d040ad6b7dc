"""How widgets are dressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.theme.style import mark, theme
from desktop.theme.tokens import Scheme

_RING = 2  # device-independent pixels
_CORNER = 15  # the roundest one there is
_KINDS = ("", "primary", "danger", "pill", "quiet", "nav", "tab", "state")


@pytest.fixture(params=[Scheme.LIGHT, Scheme.DARK])
def page(request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot) -> QWidget:
    """A window to put something on, besides what has the focus at first."""
    theme.apply(qapp, request.param)
    page = QWidget()
    mark(page, "window")
    layout = QVBoxLayout(page)
    layout.addWidget(QCheckBox("first"))
    qtbot.addWidget(page)
    return page


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("kind", _KINDS)
def test_the_focus_is_one_ring_and_nothing_within_it(page: QWidget, kind: str, checked: bool) -> None:
    button = QPushButton("Text")
    button.setCheckable(checked)
    button.setChecked(checked)
    mark(button, kind)
    without, with_focus = _painted(page, button)
    differing = _differing(without, with_focus)
    assert not differing.isEmpty(), "the focus is not seen"
    assert differing.intersected(_within(button.rect())).isEmpty()
    corner = with_focus.pixelColor(button.width() // 2, 0)
    assert corner in (QColor(theme.colors.accent), QColor(theme.colors.text))


@pytest.mark.parametrize("kind", ["link", "problem"])
def test_a_link_with_the_focus_is_underlined_and_has_no_frame(page: QWidget, kind: str) -> None:
    button = QPushButton("Text")
    mark(button, kind)
    without, with_focus = _painted(page, button)
    differing = _differing(without, with_focus).boundingRect()
    assert 0 < differing.height() <= 3
    assert differing.top() > button.height() // 2


def test_the_other_fields_have_one_ring_too(page: QWidget) -> None:
    combo = QComboBox()
    combo.addItem("Text")
    without, with_focus = _painted(page, combo)
    assert _differing(without, with_focus).intersected(_within(combo.rect())).isEmpty()


def _within(rect: QRect) -> QRegion:
    """Less the ring, and the corners that it rounds."""
    wide = rect.adjusted(_RING, _CORNER, -_RING, -_CORNER)
    high = rect.adjusted(_CORNER, _RING, -_CORNER, -_RING)
    return QRegion(wide).united(high)


def _painted(page: QWidget, widget: QWidget) -> tuple[QImage, QImage]:
    """Without and with the focus."""
    layout = page.layout()
    assert layout is not None
    layout.addWidget(widget)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    pictures = []
    for has_focus in (False, True):
        if has_focus:
            QTest.keyClick(
                page, Qt.Key.Key_Tab
            )  # a platform shows where the focus is to who moves it with the keyboard
        QApplication.sendPostedEvents()
        assert widget.hasFocus() is has_focus
        place = QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())
        pictures.append(page.grab(place).toImage())
    return pictures[0], pictures[1]


def _differing(before: QImage, after: QImage) -> QRegion:
    assert before.size() == after.size()
    region = QRegion()
    for y in range(before.height()):
        for x in range(before.width()):
            if before.pixel(x, y) != after.pixel(x, y):
                region = region.united(QRect(x, y, 1, 1))
    return region
