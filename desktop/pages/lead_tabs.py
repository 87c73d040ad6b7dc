"""The tabs of the Leads page: one for each status, and one for all."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.theme.one_of import OneOf
from desktop.theme.style import mark, say_on_tab
from server.contract import LeadStatus

_ALL = "all"
# None: of any status.
_TABS = (None, LeadStatus.NEW, LeadStatus.ACTIVATING, LeadStatus.ACTIVATED, LeadStatus.SKIPPED)


class LeadTabs(QFrame):
    """``chosen`` comes when the user has done it."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, "tabs")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self.group = OneOf(self)
        names = (self.tr("All"), self.tr("New"), self.tr("Activating"), self.tr("Activated"), self.tr("Skipped"))
        for number, name in enumerate(names):
            button = QPushButton()
            button.setCheckable(True)
            mark(button, "tab")
            say_on_tab(button, name)
            self.group.addButton(button, number)
            layout.addWidget(button)
        self.choose(None)
        self.group.idClicked.connect(lambda _: self.chosen.emit())

    @property
    def status(self) -> LeadStatus | None:
        """The one that is chosen; None: all."""
        return _TABS[self.group.checkedId()]

    def choose(self, status: LeadStatus | None) -> None:
        """Show that one as chosen."""
        self.group.button(_TABS.index(status)).setChecked(True)

    @property
    def name(self) -> str:
        """Of the one that is chosen, to be remembered."""
        return self.status.value if self.status is not None else _ALL

    def choose_named(self, name: str) -> None:
        """The one that was remembered by that name; others mean nothing."""
        if name == _ALL or name in set(LeadStatus):
            self.choose(None if name == _ALL else LeadStatus(name))
