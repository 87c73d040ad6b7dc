"""Failures by cause: one row for each cause."""

from __future__ import annotations

from desktop.models.failures import FailureColumn, FailuresModel
from desktop.pages.cells import ChipLook
from desktop.pages.live_table import LiveTable
from desktop.state.held_updates import HeldUpdates
from desktop.theme.style import theme
from server.contract import FailureGroup


class CountLook(ChipLook):
    """Red for what failed, yellow for what is kept back."""

    def colors_of(self, row: FailureGroup) -> tuple[str, str]:
        """By the group."""
        colors = theme.colors
        if row.held:
            return colors.warning, colors.warning_soft
        return colors.danger, colors.danger_soft


class FailureList(LiveTable):
    """A refresh keeps the current cause current."""

    def __init__(self, model: FailuresModel) -> None:
        super().__init__(HeldUpdates())
        self._model = model
        self._current = ""
        self.setObjectName("causes")
        self.setModel(model)
        self.set_look(FailureColumn.COUNT, CountLook())
        self.set_widths(
            {
                FailureColumn.COUNT: 92,
                FailureColumn.CAUSE: 300,
                FailureColumn.FIRST: 104,
                FailureColumn.LAST: 104,
            },
            stretch=FailureColumn.EXAMPLE,
            give_way=(FailureColumn.FIRST,),
            least=160,
            most={FailureColumn.CAUSE: 600},
            enough=360,
        )
        self.updates.due.connect(model.refresh)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)

    @property
    def current_group(self) -> FailureGroup | None:
        """The group whose row is current."""
        return self._model.row_at(self.currentIndex().row())

    def _remember(self) -> None:
        group = self.current_group
        self._current = group.cause if group is not None else ""

    def _restore(self) -> None:
        for row in range(self._model.total):
            group = self._model.row_at(row)
            if group is not None and group.cause == self._current:
                self.setCurrentIndex(self._model.index(row, FailureColumn.CAUSE))
