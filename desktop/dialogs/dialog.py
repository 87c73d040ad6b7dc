"""What all dialogs share: their frame. They are opened, never executed: the event loop has other work to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs.room import LaidOutDialog, give_size
from desktop.theme.style import mark
from desktop.theme.tokens import Space

_WIDTH = 460
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Dialog(LaidOutDialog):
    """A title, a body to fill, and a row of buttons at the right.

    What somebody has typed into it is not thrown away unasked, whether by Esc, a button or the window's own.
    """

    def __init__(self, parent: QWidget | None, title: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._has_size = False
        #: What stood in the fields when they were first seen.
        self._before: tuple[str, ...] | None = None
        self.heading = QLabel(title)
        self.heading.setWordWrap(True)
        mark(self.heading, "title")
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Space.S)
        self._buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self.heading)
        layout.addLayout(self.body, 1)
        layout.addSpacing(Space.S)
        layout.addLayout(self._buttons)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """One that nobody has given a size takes that of its texts."""
        super().showEvent(event)
        if self._before is None:
            self._before = tuple(self._typed())
        if not self._has_size:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return, from a field or a list: what the primary button does."""
        if not _is_of_before(event):
            super().keyPressEvent(event)

    def has_unsaved(self) -> bool:
        """Whether something was typed that would be lost."""
        return self._before is not None and tuple(self._typed()) != self._before

    def reject(self) -> None:
        """Esc, Cancel, and the window's own button: close it, unless the admin wants to keep what was typed."""
        if self.has_unsaved():
            self.ask_to_discard(self.give_up)
        else:
            self.give_up()

    def give_up(self) -> None:
        """Close it without a yes, and lose what was typed."""
        super().reject()

    def ask_to_discard(self, then: Callable[[], None]) -> None:
        """``then`` follows when the admin does not want what was typed."""
        question = DiscardDialog(self)
        question.accepted.connect(then)
        question.open()

    def _typed(self) -> Iterator[str]:
        for line in self.findChildren(QLineEdit):
            if not line.isReadOnly():
                yield line.text()
        for text in self.findChildren(QPlainTextEdit):
            if not text.isReadOnly():
                yield text.toPlainText()

    def resize_to(self, width: int, height: int) -> None:
        """The size to begin with, for what is more than some texts; less where the screen is smaller."""
        self._has_size = True
        give_size(self, QSize(width, height))

    def fit(self) -> None:
        """As high as the texts are at this width: Qt itself reckons with narrower lines, and spreads them."""
        layout = self.layout()
        if layout is not None and self.isVisible() and not self._has_size:
            layout.activate()
            # The style lets buttons be squeezed below their texts; a row of them needs its whole width.
            margins = layout.contentsMargins()
            needs = self._buttons.sizeHint().width() + margins.left() + margins.right()
            width = max(self.width(), needs)
            give_size(self, QSize(width, layout.totalHeightForWidth(width)))

    def add_text(self, text: str, kind: str = "") -> QLabel:
        """A paragraph."""
        label = QLabel(text)
        label.setWordWrap(True)
        if kind:
            mark(label, kind)
        self.body.addWidget(label)
        return label

    def add_button(self, text: str, *, primary: bool = False) -> QPushButton:
        """One more button at the right; the primary one is what Return does."""
        button = _Button(text)
        button.setAutoDefault(primary)
        button.setDefault(primary)
        if primary:
            mark(button, "primary")
        self._buttons.addWidget(button)
        return button


class _Button(QPushButton):
    """One of a dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """No yes by the key that has opened the dialog."""
        if not _is_of_before(event):
            super().keyPressEvent(event)


def _is_of_before(event: QKeyEvent) -> bool:
    """Whether it still belongs to the key that has opened the dialog, such as Ctrl+Return, held down or pressed twice.

    Qt takes every Return for a yes, with whatever other keys: nobody would have read what it is for.
    """
    return event.key() in _RETURN and (event.isAutoRepeat() or bool(event.modifiers() & _HELD))


class DiscardDialog(Dialog):
    """The question before typed text is lost; ``accepted`` when it may be."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, QCoreApplication.translate("DiscardDialog", "Discard what you have written?"))
        self.add_text(self.tr("It is not saved anywhere."), "muted")
        self.discard_button = self.add_button(self.tr("Discard"))
        mark(self.discard_button, "danger")
        self.discard_button.clicked.connect(self.accept)
        self.keep_button = self.add_button(self.tr("Keep writing"), primary=True)
        self.keep_button.clicked.connect(self.reject)
        self.keep_button.setFocus()


def when_nothing_is_unsaved(then: Callable[[], object]) -> None:
    """Do it at once, or when the admin has agreed to lose what was typed in each dialog that is open."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Dialog) and widget.isVisible() and widget.has_unsaved():
            widget.ask_to_discard(partial(_give_up, widget, then))
            return
    then()


def _give_up(dialog: Dialog, then: Callable[[], object]) -> None:
    dialog.give_up()
    when_nothing_is_unsaved(then)
