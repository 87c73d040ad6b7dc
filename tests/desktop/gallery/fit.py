"""Finds texts that have less room than they need: cut off, squeezed, or over the edge of what they stand on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QCheckBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionHeader,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from desktop.pages.cells import tip_of
from desktop.pages.table import Table

_SLACK = 2  # pixels that nobody sees
_CELL_GAP = 22  # pixels between the edges of a cell and its text, both sides together
_NARROW = 140  # pixels: a column of words
_ROWS = 40
_BREAKS = re.compile(r"\s+|(?<=-)")  # where Qt begins another line
_PARTED = re.compile(r"\d (?:(?:s|min|h|d|T|KB|MB)\b|%)")
_DAY, _TIME, _LENGTH = r"\d{1,2}\.? \w+\.? 20\d\d", r"\d{1,2}:\d\d(:\d\d)?( [AP]M)?", r"\d+\s\w+(\s\d+\s\w+)?"
#: A number, a moment, a length of time: half of it tells something else.
_TOLD = re.compile(rf"[\d.,]+|{_DAY}(, {_TIME})?|{_TIME}|(in |vor )?{_LENGTH}( ago)?")


def cut_texts(window: QWidget) -> Iterator[str]:
    """What is cut, and by how much."""
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window) and not widget.size().isEmpty():
            for what in _cut(widget, window):
                yield f"{type(widget).__name__}: {what}"


def _cut(widget: QWidget, window: QWidget) -> Iterator[str]:
    match widget:
        case QLabel():
            yield from _cut_label(widget)
        case QPushButton() | QToolButton() | QCheckBox() | QRadioButton():
            if widget.text() and widget.sizeHint().width() > widget.width() + _SLACK:
                yield f"{widget.text()!r} needs {widget.sizeHint().width()}, has {widget.width()}"
        case QTabBar():
            if (needs := widget.sizeHint().width()) > widget.width() + _SLACK:
                yield f"{widget.tabText(0)!r} and others need {needs}, have {widget.width()}"
        case QHeaderView():
            yield from _cut_head(widget)
        case QTableView():
            yield from _cut_cells(widget)
    if isinstance(widget, QLabel | QPushButton) and widget.text():
        yield from _over_the_edge(widget, window)


def _cut_label(label: QLabel) -> Iterator[str]:
    text = label.text()
    if not text or label.pixmap().width():
        return
    if _is_half_a_number(text, label.toolTip()):
        yield f"{text!r} is half of a number of {label.toolTip()!r}"
    if label.wordWrap():
        if parted := _PARTED.search(text):
            yield f"{parted.group()!r} may be parted where a line ends, in {text!r}"
        needs = label.heightForWidth(label.width())
        if needs > label.height() + _SLACK:
            yield f"{text!r} needs a height of {needs} at {label.width()}, has {label.height()}"
        words = max((label.fontMetrics().horizontalAdvance(word) for word in _BREAKS.split(text)), default=0)
        inside = label.contentsRect().width()
        if "<" not in text and words > inside + _SLACK:
            yield f"{text!r} has a word of {words} on {inside}"
        if "<" not in text and inside < _NARROW and label.fontMetrics().horizontalAdvance(text) > 3 * inside:
            yield f"{text!r} is squeezed to {inside}"
    elif not label.toolTip():
        needs = label.sizeHint()
        if needs.width() > label.width() + _SLACK or needs.height() > label.height() + _SLACK:
            yield f"{text!r} needs {_size(needs)}, has {_size(label.size())}"


def _is_half_a_number(text: str, whole: str) -> bool:
    kept = text.removesuffix("…")
    is_cut = kept != text and whole.startswith(kept)
    return is_cut and kept[-1:].isdigit() and bool(re.match(r"[.,]?\d", whole[len(kept) :]))


def _cut_head(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    if model is None or header.orientation() is not Qt.Orientation.Horizontal:
        return
    for section in range(header.count()):
        if header.isSectionHidden(section):
            continue
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        option = QStyleOptionHeader()
        header.initStyleOption(option)
        option.section, option.text = section, text  # type: ignore[attr-defined] # not in the stubs
        sorts = header.isSortIndicatorShown() and header.sortIndicatorSection() == section
        option.sortIndicator = (  # type: ignore[attr-defined]
            QStyleOptionHeader.SortIndicator.SortDown if sorts else QStyleOptionHeader.SortIndicator.None_
        )
        style = header.style()
        needs = style.sizeFromContents(QStyle.ContentsType.CT_HeaderSection, option, QSize(), header).width()
        if text and needs > header.sectionSize(section) + _SLACK:
            yield f"{text!r} needs {needs}, has {header.sectionSize(section)}"


def _cut_cells(table: QTableView) -> Iterator[str]:
    """A name that is cut has to be read somewhere: by its tool tip. A time or a number is not cut at all."""
    model, header = table.model(), table.horizontalHeader()
    if model is None:
        return
    for row in range(min(model.rowCount(), _ROWS)):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            text = str(index.data() or "")
            if isinstance(table, Table):
                tip = tip_of(index, header.sectionSize(column), table.font())
            else:
                tip = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
            needs = table.fontMetrics().horizontalAdvance(text.split("\n", 1)[0]) + _CELL_GAP
            if header.isSectionHidden(column) or needs <= header.sectionSize(column) + _SLACK:
                continue
            if _TOLD.fullmatch(text):
                yield f"cell {text!r} needs {needs}, has {header.sectionSize(column)}"
            elif not tip:
                yield f"cell {text!r} is cut without a tool tip"


def _over_the_edge(widget: QWidget, window: QWidget) -> Iterator[str]:
    """Some of it is out of sight, on the window or on what it stands on, and cannot be scrolled to."""
    inside: QWidget | None = widget.parentWidget()
    while inside is not None and not isinstance(inside.parentWidget(), QAbstractScrollArea):
        place = QRect(widget.mapTo(inside, QPoint()), widget.size())
        if not inside.rect().adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK).contains(place):
            yield f"{getattr(widget, 'text', str)()!r} goes over the edge of its {type(inside).__name__}"
            return
        inside = None if inside is window else inside.parentWidget()


def _size(size: QSize) -> str:
    return f"{size.width()}×{size.height()}"
