"""How many leads are picked, and what can be done with that choice."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.pages.action_bar import Sentence
from desktop.theme.style import mark
from desktop.theme.tokens import BAR_HEIGHT, Space


class SelectionBar(QFrame):
    """Has its place whether or not anything is picked: the rows below do not move under the hand.

    Signals:
        all_requested, clear_requested: the links.
        only_requested: whether only the picked ones are to be listed.
    """

    all_requested = Signal()
    clear_requested = Signal()
    only_requested = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(BAR_HEIGHT)
        self.label = Sentence()
        self.select_all_button = QPushButton()
        self.only_button = QPushButton()
        self.only_button.setCheckable(True)
        self.clear_button = QPushButton(self.tr("Clear"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, 0)
        layout.setSpacing(Space.L)
        layout.addWidget(self.label, 1)
        for link in (self.select_all_button, self.only_button, self.clear_button):
            mark(link, "link")
            layout.addWidget(link)
        self.select_all_button.clicked.connect(self.all_requested)
        self.only_button.clicked.connect(self.only_requested)
        self.clear_button.clicked.connect(self.clear_requested)

    def show_choice(self, count: int, total: int, *, hidden: int | None, only: bool) -> None:
        """``total``: in the list; ``hidden``: of the picked ones, those that are not; None: not known. ``only``: the
        picked ones are listed, and no others.
        """
        mark(self, "selectionBar" if count else "plainBar")
        mark(self.label, "strong" if count else "muted")
        self.label.say(self._sentence(count, total, hidden) if count else self.tr("Tick leads to activate them."))
        self.only_button.setText(self.tr("Show all leads") if only else self.tr("Show only these"))
        self.only_button.setChecked(only)
        self.only_button.setVisible(count > 0 or only)
        self.clear_button.setVisible(count > 0)

    def show_select_all(self, text: str, *, enabled: bool) -> None:
        """Without a text there is nothing to select."""
        self.select_all_button.setText(text)
        self.select_all_button.setVisible(bool(text))
        self.select_all_button.setEnabled(bool(text) and enabled)

    def _sentence(self, count: int, total: int, hidden: int | None) -> str:
        number = QLocale().toString
        if hidden is None:
            return self.tr("{0} selected").format(number(count))
        if hidden == 0:
            return self.tr("{0} of {1} selected").format(number(count), number(total))
        if hidden == count:
            return self.tr("{0} selected, none of them shown here").format(number(count))
        return self.tr("{0} selected, {1} of them not shown here").format(number(count), number(hidden))
