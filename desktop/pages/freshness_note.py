"""What is said of a list that is old, or that takes its time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.models.failures import FailuresModel
from desktop.models.paged import PagedModel
from desktop.pages.note import Note
from desktop.state.import_list import ImportList
from desktop.theme.icons import set_icon
from desktop.theme.style import mark, theme
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from desktop.wording.times import about_when

FollowedModel = PagedModel[Any] | FailuresModel


class FreshnessNote(QWidget):
    """Of the list that it follows; nothing while all is well. What is old can be asked for again, and what is searched
    for can be given up.
    """

    def __init__(self, model: FollowedModel | ImportList) -> None:
        super().__init__()
        self._model = model
        self.label = Note()
        self.again_button = QPushButton()
        self.again_button.setAccessibleName(self.tr("Try again"))
        self.again_button.clicked.connect(lambda: self._model.refresh())
        self.cancel_button = QPushButton()
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        set_tip(self.cancel_button, self.tr("Leave the list as it was (Esc)"))
        self.cancel_button.setShortcut(Qt.Key.Key_Escape)  # wherever the focus is, while the button is shown
        self.cancel_button.clicked.connect(lambda: self._model.give_up())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addWidget(self.label)
        for button in (self.again_button, self.cancel_button):
            mark(button, "quiet")  # without words: there is little room between a name and the buttons of a page
            layout.addWidget(button)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        model.freshness.changed.connect(self._show)
        self._show()

    def follow(self, model: FollowedModel | ImportList) -> None:
        """Another list."""
        if model is not self._model:
            self._model.freshness.changed.disconnect(self._show)
            self._model = model
            model.freshness.changed.connect(self._show)
            self._show()

    def _show(self) -> None:
        model, fresh = self._model, self._model.freshness
        seeks = fresh.is_slow and model.can_give_up
        text = self._text(seeks=seeks)
        mark(self.label, "warning" if fresh.as_of is not None else "muted")
        self.label.say(text)
        why = f"{fresh.error.title} {fresh.error.message}" if fresh.error is not None else ""
        set_tip(self.again_button, "\n".join((self.tr("Try again"), why)))
        self.again_button.setVisible(fresh.as_of is not None and fresh.error is not None)
        self.cancel_button.setVisible(seeks)
        self.setVisible(bool(text))

    def _paint_icons(self) -> None:
        set_icon(self.again_button, "refresh", theme.colors.accent)
        set_icon(self.cancel_button, "close", theme.colors.accent)

    def _text(self, *, seeks: bool) -> str:
        """A list of which nothing is known yet says so where its rows would be."""
        model, fresh = self._model, self._model.freshness
        if seeks:
            return self.tr("Searching…")
        parts = [] if fresh.as_of is None else [self.tr("List as of {0}").format(about_when(fresh.as_of))]
        if fresh.is_slow and model.is_known:
            parts.append(self.tr("Loading…"))
        return "  ·  ".join(parts)
