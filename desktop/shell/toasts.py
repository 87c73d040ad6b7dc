"""Short messages in the window's corner. They go by themselves, but not while the pointer is on them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.theme.icons import icon, pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import FOOT_HEIGHT, Space

_SHOWN_MS = 8000
_MOST = 4
_WIDTH = 380
_BESIDE = 130  # pixels: an action that is wider stands below the text


class ToastKind(Enum):
    """What a message is about: its icon and colour."""

    SUCCESS = "check-circle"
    INFO = "mail"
    WARNING = "alert"


class Toast(QFrame):
    """One message, closable, with at most one action."""

    dismissed = Signal()

    def __init__(
        self, parent: QWidget, text: str, kind: ToastKind, action_text: str, action: Callable[[], None] | None
    ) -> None:
        super().__init__(parent)
        mark(self, "toast")
        self.setFixedWidth(_WIDTH)
        colors = theme.colors
        color = {
            ToastKind.SUCCESS: colors.success,
            ToastKind.INFO: colors.accent,
            ToastKind.WARNING: colors.warning,
        }[kind]
        sign = QLabel()
        sign.setPixmap(pixmap(kind.value, color, 20, self.devicePixelRatioF()))
        self.label = QLabel(text)
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        close = QPushButton()
        mark(close, "quiet")
        close.setIcon(icon("close", colors.muted, 16))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.S, Space.M)
        layout.setSpacing(Space.M)
        layout.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)
        self.action_button: QPushButton | None = None
        if action is not None:
            self.action_button = QPushButton(action_text)
            mark(self.action_button, "link")
            self.action_button.clicked.connect(self.dismiss)
            self.action_button.clicked.connect(action)
            self._add_action(layout, self.action_button)
        layout.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.dismiss)
        self._timer.start()

    def _add_action(self, layout: QHBoxLayout, button: QPushButton) -> None:
        """Beside the text, or below where that would be squeezed."""
        if button.sizeHint().width() <= _BESIDE:
            layout.addWidget(button)
            return
        layout.removeWidget(self.label)
        column = QVBoxLayout()
        column.setSpacing(Space.XS)
        column.addWidget(self.label)
        column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(column, 1)

    def dismiss(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()
        self.dismissed.emit()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Being read: stay."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Not any more."""
        self._timer.start()
        super().leaveEvent(event)


class Toasts(QObject):
    """Stacks messages in the lower right corner of a window, the newest at the bottom.

    Signals:
        appeared: with the text of each.
    """

    appeared = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.shown: list[Toast] = []
        window.installEventFilter(self)

    def show(
        self,
        text: str,
        kind: ToastKind = ToastKind.INFO,
        *,
        action_text: str = "",
        action: Callable[[], None] | None = None,
    ) -> Toast:
        """Show a message for some seconds."""
        toast = Toast(self._window, text, kind, action_text, action)
        toast.dismissed.connect(lambda: self._forget(toast))
        self.shown.append(toast)
        while len(self.shown) > _MOST:
            self.shown.pop(0).dismiss()
        toast.show()
        self._arrange()
        self.appeared.emit(text)
        return toast

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in the corner when the window's size changes."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _forget(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            self._arrange()

    def _arrange(self) -> None:
        bottom = self._window.height() - FOOT_HEIGHT
        for toast in reversed(self.shown):
            height = max(toast.sizeHint().height(), toast.heightForWidth(_WIDTH))
            toast.resize(_WIDTH, height)
            toast.move(self._window.width() - _WIDTH - Space.XL, bottom - height)
            toast.raise_()
            bottom -= height + Space.S
