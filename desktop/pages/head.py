"""The heads of a table's columns: those that can be sorted by, and the check box for the whole list."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView

from desktop.models.rows import RowsModel
from desktop.pages.cells import paint_check


class Head(QHeaderView):
    """Only heads by which the list can be sorted look and act so.

    Signals:
        check_clicked: the check box.
    """

    check_clicked = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._sortable: frozenset[int] = frozenset()
        self._check_column: int | None = None
        self._model: RowsModel[Any] | None = None
        #: Of the check box; None: there is none.
        self.check_state: Qt.CheckState | None = None
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)  # a table's menu is for rows
        self.setMouseTracking(True)

    def serve(self, model: RowsModel[Any]) -> None:
        """The list of that model."""
        self._sortable, self._check_column = model.sortable, model.check_column
        if self._check_column is not None:
            self.setSectionResizeMode(self._check_column, QHeaderView.ResizeMode.Fixed)
        if self._sortable:
            self.setSortIndicatorShown(True)
            self.sectionClicked.connect(lambda section: model.sort(section, self.sortIndicatorOrder()))
            self._model = model
            model.given_up.connect(self._show_order)

    def set_check_state(self, state: Qt.CheckState | None) -> None:
        """Whether all, some or none of the rows are picked; None: none of them can be."""
        if state != self.check_state:
            self.check_state = state
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Over heads that sort."""
        self._look_at(event.position().toPoint())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """On a head that sorts, or on the check box."""
        place = event.position().toPoint()
        self._look_at(place)
        if self._is_box(place) and event.button() == Qt.MouseButton.LeftButton:
            self.check_clicked.emit()
            return
        super().mousePressEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:  # noqa: N802 - Qt's name
        """One head."""
        painter.save()
        super().paintSection(painter, rect, logical_index)
        painter.restore()
        if logical_index == self._check_column and self.check_state is not None:
            paint_check(painter, rect, self.check_state, enabled=True)

    def _show_order(self) -> None:
        if self._model is not None and self._model.order is not None:
            self.setSortIndicator(*self._model.order)

    def _look_at(self, place: QPoint) -> None:
        """Qt knows only of heads that can all be clicked, or none."""
        self.setSectionsClickable(self.logicalIndexAt(place) in self._sortable)

    def _is_box(self, place: QPoint) -> bool:
        return self.check_state is not None and self.logicalIndexAt(place) == self._check_column
