"""Chooses a moment to come: some that are wanted often, or any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QDateTimeEdit, QVBoxLayout, QWidget

from desktop.theme.drop_down import DropDown
from desktop.theme.tokens import Space
from desktop.wording.times import about_when, form_to_enter, to_enter

#: The hour at which a day's work begins.
_MORNING = 9
Clock = Callable[[], datetime]


def in_an_hour(now: datetime) -> datetime:
    """To the minute."""
    return (now + timedelta(hours=1)).replace(second=0, microsecond=0)


def tomorrow_morning(now: datetime) -> datetime:
    """By the clock on the wall here, also where the night in between has an hour more or less."""
    day = now.astimezone().date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, _MORNING).astimezone()


class MomentChoice(QWidget):
    """A list whose first entry is no moment at all, and a field for any moment below it.

    Signals:
        changed: another one was chosen.
    """

    changed = Signal()

    def __init__(
        self, none: str, own: str, parent: QWidget | None = None, *, clock: Clock = lambda: datetime.now().astimezone()
    ) -> None:
        """``none``: what the first entry says; ``own``: the last one, below which a moment is entered."""
        super().__init__(parent)
        self._clock = clock
        self.choice = DropDown()
        self.field = QDateTimeEdit()
        self.field.setCalendarPopup(True)
        self.field.setDisplayFormat(form_to_enter())
        self.field.setAccessibleName(own)
        self.field.hide()
        translate = QCoreApplication.translate
        now = clock()
        hour, morning = in_an_hour(now), tomorrow_morning(now)
        self.choice.addItem(none, None)
        self.choice.addItem(translate("MomentChoice", "In an hour ({0})").format(about_when(hour)), hour)
        self.choice.addItem(translate("MomentChoice", "Tomorrow morning ({0})").format(about_when(morning)), morning)
        self.choice.addItem(own, None)
        self._own = self.choice.count() - 1
        self.field.setMinimumDateTime(to_enter(now))
        self.field.setDateTime(to_enter(morning))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.choice)
        column.addWidget(self.field)
        self.choice.currentIndexChanged.connect(self._on_chosen)
        self.field.dateTimeChanged.connect(lambda _: self.changed.emit())

    @property
    def moment(self) -> datetime | None:
        """What is chosen, in this machine's zone; None: no moment."""
        if self.choice.currentIndex() != self._own:
            chosen: datetime | None = self.choice.currentData()
            return chosen
        entered = self.field.dateTime().toPython()
        assert isinstance(entered, datetime)  # noqa: S101 - what Qt's date and time is in Python
        return entered.replace(second=0, microsecond=0).astimezone()

    @property
    def is_to_come(self) -> bool:
        """Whether it is no moment, or a later one than now."""
        chosen = self.moment
        return chosen is None or chosen > self._clock()

    def _on_chosen(self, index: int) -> None:
        self.field.setVisible(index == self._own)
        self.changed.emit()
