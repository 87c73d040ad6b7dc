"""The tabs of the Email Queue page: one for each state, with its number; and those within the failed ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.pages.queue_view import FailedView, state_name
from desktop.theme.one_of import OneOf
from desktop.theme.style import mark, say_on_tab
from desktop.theme.tips import set_tip
from desktop.wording.numbers import short
from server.contract import EmailState
from server.contract.snapshot import QueueCounts

Tab = TypeVar("Tab")

_STATES = (EmailState.PENDING, EmailState.PROCESSING, EmailState.FAILED, EmailState.SENT)


class _NumberedTabs(QFrame, Generic[Tab]):
    """One button for each name, most with a number; in a narrow window the numbers are short."""

    def __init__(self, names: Mapping[Tab, str], numbered: Collection[Tab]) -> None:
        super().__init__()
        self._names = names
        self.buttons: dict[Tab, QPushButton] = {tab: _tab() for tab in names}
        self._numbers: dict[Tab, int | None] = dict.fromkeys(numbered)
        self._room: int | None = None
        self._tabs = _one_of(self, list(self.buttons.values()))
        self._show_numbers()

    def set_room(self, width: int) -> None:
        """In pixels: where that is too little for whole numbers they are short, and told by the tool tips."""
        self._room = width
        self._show_numbers()

    def _show_numbers(self) -> None:
        self._write(QLocale().toString)
        if self._room is not None and self.minimumSizeHint().width() > self._room:
            self._write(short)

    def _write(self, worded: Callable[[int], str]) -> None:
        for tab, button in self.buttons.items():
            name = self._names[tab]
            if tab not in self._numbers:
                say_on_tab(button, name)
                continue
            number = self._numbers[tab]
            whole, seen = ("–", "–") if number is None else (QLocale().toString(number), worded(number))
            say_on_tab(button, f"{name}  {seen}")
            set_tip(button, "" if seen == whole else whole)
            button.setAccessibleName(f"{name}: {whole}")


class StateTabs(_NumberedTabs[EmailState]):
    """``chosen`` comes when the user has done it."""

    chosen = Signal(EmailState)

    def __init__(self) -> None:
        super().__init__({state: state_name(state) for state in _STATES}, _STATES)
        self._tabs.idClicked.connect(lambda number: self.chosen.emit(_STATES[number]))

    def choose(self, state: EmailState) -> None:
        """Show which one is."""
        self.buttons[state].setChecked(True)

    def set_number(self, state: EmailState, number: int | None) -> None:
        """None: not known."""
        self._numbers[state] = number
        self._show_numbers()


def number_in(view: FailedView, counts: QueueCounts) -> int:
    """How many emails are listed there."""
    return {
        FailedView.FAILED: counts.failed - counts.bounced,
        FailedView.BOUNCED: counts.bounced,
        FailedView.HELD: counts.held,
    }.get(view, counts.failed + counts.held)


class FailedTabs(_NumberedTabs[FailedView]):
    """``chosen`` comes when the user has done it."""

    chosen = Signal(FailedView)

    def __init__(self) -> None:
        translate = QCoreApplication.translate
        names = {
            FailedView.CAUSES: translate("FailedTabs", "By cause"),
            FailedView.FAILED: translate("FailedTabs", "Not sent"),
            FailedView.BOUNCED: translate("FailedTabs", "Came back"),
            FailedView.HELD: translate("FailedTabs", "Held"),
        }
        super().__init__(names, (FailedView.FAILED, FailedView.BOUNCED, FailedView.HELD))
        self._tabs.idClicked.connect(lambda number: self.chosen.emit(list(names)[number]))
        self.choose(FailedView.CAUSES)

    def set_numbers(self, counts: QueueCounts | None) -> None:
        """How many there are of each kind; None: not known."""
        self._numbers = {view: None if counts is None else number_in(view, counts) for view in self._numbers}
        self._show_numbers()

    def choose(self, view: FailedView) -> None:
        """Show which one is."""
        # From the emails of one cause, the tab of the causes leads back.
        self.buttons[FailedView.CAUSES if view is FailedView.CAUSE else view].setChecked(True)


def _one_of(frame: QFrame, buttons: list[QPushButton]) -> OneOf:
    mark(frame, "tabs")
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(3, 3, 3, 3)
    layout.setSpacing(2)
    group = OneOf(frame)
    for number, button in enumerate(buttons):
        group.addButton(button, number)
        layout.addWidget(button)
    return group


def _tab() -> QPushButton:
    button = QPushButton()
    button.setCheckable(True)
    mark(button, "tab")
    return button
