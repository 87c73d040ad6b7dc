"""The login window, in which server and language can be chosen as well: nobody gets to the settings without it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.backend.errors import DeskError, Unreachable
from desktop.dialogs.new_password import NewPasswordDialog
from desktop.dialogs.room import LaidOutDialog, give_size
from desktop.dialogs.server_choice import ServerChoice
from desktop.platform.stacking import bring_to_front
from desktop.state.preferences import Language, Preferences
from desktop.state.session import Session
from desktop.tasks import ask
from desktop.theme.drop_down import DropDown
from desktop.theme.icons import pixmap
from desktop.theme.scrolled import scrolled
from desktop.theme.style import mark
from desktop.theme.tokens import Space


@dataclass(frozen=True)
class Typed:
    """What stands in the window, for the one that takes its place. Never the password."""

    name: str
    remember: bool
    place: QPoint | None


class LoginDialog(LaidOutDialog):
    """A window of its own, and to a screen reader a dialog.

    Signals:
        close_requested: it is closed instead of used.
        server_chosen: the address of another server.
    """

    close_requested = Signal()
    server_chosen = Signal(str)

    def __init__(self, session: Session, preferences: Preferences) -> None:
        """The language is written to ``preferences``."""
        super().__init__(None, Qt.WindowType.Window)
        self._session = session
        self._preferences = preferences
        mark(self, "login")
        self.setWindowTitle("Activation Desk")
        self.setFixedWidth(420)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

        picture = QLabel()
        picture.setPixmap(pixmap("app", "", 48, 2.0))
        title = QLabel(self.tr("Log in to Activation Desk"))
        mark(title, "title")
        server = QLabel(session.server_url)
        server.setWordWrap(True)
        server.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        mark(server, "caption")
        self.server_button = QPushButton(self.tr("Another server…"))
        mark(self.server_button, "link")
        self.server_button.clicked.connect(self.choose_server)
        self.server_choice = ServerChoice(session.server_url)
        self.server_choice.chosen.connect(self.server_chosen)
        self.server_choice.changed.connect(self._fit)
        self.server_choice.hide()
        self.message = QLabel()
        self.message.setWordWrap(True)
        mark(self.message, "error")
        self.message.hide()
        name_label = QLabel(self.tr("Name"))
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name"))
        name_label.setBuddy(self.name)
        password_label = QLabel(self.tr("Password"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password"))
        password_label.setBuddy(self.password)
        self.remember = QCheckBox(self.tr("Stay logged in"))
        self.login_button = QPushButton(self.tr("Log in"))
        mark(self.login_button, "primary")
        self.login_button.clicked.connect(self._submit)
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._submit)
        for button in (self.server_button, self.server_choice.button, self.login_button):
            button.setAutoDefault(False)  # Return is not theirs, wherever the focus is
        session.password_wanted.connect(self._ask_for_new_password)
        session.logged_in.connect(self._on_logged_in)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self).activated.connect(self.close_requested)

        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(Space.XXL, Space.XXL, Space.XXL, Space.XXL)
        layout.setSpacing(Space.S)
        layout.addWidget(picture, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.S)
        layout.addWidget(title, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(server)
        layout.addWidget(self.server_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.server_choice)
        layout.addSpacing(Space.M)
        layout.addWidget(self.message)
        layout.addSpacing(Space.XS)
        layout.addWidget(name_label)
        layout.addWidget(self.name)
        layout.addWidget(password_label)
        layout.addWidget(self.password)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.remember)
        layout.addSpacing(Space.S)
        layout.addWidget(self.login_button)
        layout.addSpacing(Space.M)
        layout.addLayout(self._language_row())
        layout.addStretch()
        self._inside = layout
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolled(inside))  # on a low screen there is not room for all of it at once

    def show_again(self, reason: str) -> None:
        """Ask for a login, saying why."""
        self.password.clear()
        self._say(reason)
        self._set_busy(busy=False)
        bring_to_front(self)
        (self.password if self.name.text() else self.name).setFocus()

    def choose_server(self) -> None:
        """Ask for another server's address."""
        self.server_button.hide()
        self.server_choice.open()
        self._fit()

    @property
    def typed(self) -> Typed:
        """What stands here."""
        return Typed(self.name.text(), self.remember.isChecked(), self.pos() if self.isVisible() else None)

    def take_over(self, typed: Typed) -> None:
        """Begin with what stood in another."""
        self.name.setText(typed.name)
        self.remember.setChecked(typed.remember)
        if typed.place is not None:
            self.move(typed.place)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Measured once more: what scrolls hears of nothing that is said while nobody sees it."""
        super().showEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """What closing means is not decided here."""
        event.ignore()
        self.close_requested.emit()

    def reject(self) -> None:
        """Esc closes nothing: behind this there is nothing to go back to."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return logs in from wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._submit()
        else:
            super().keyPressEvent(event)

    def _language_row(self) -> QHBoxLayout:
        label = QLabel(self.tr("Language"))
        mark(label, "caption")
        self.language = DropDown()
        self.language.setAccessibleName(self.tr("Language"))
        label.setBuddy(self.language)
        names = {Language.SYSTEM: self.tr("Like the system"), Language.ENGLISH: "English", Language.GERMAN: "Deutsch"}
        for language, name in names.items():
            self.language.addItem(name, language)
        self.language.setCurrentIndex(list(names).index(self._preferences.language))
        self.language.activated.connect(self._on_language_chosen)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addStretch()
        row.addWidget(label)
        row.addWidget(self.language)
        row.addStretch()
        return row

    def _on_language_chosen(self, number: int) -> None:
        self._preferences.language = self.language.itemData(number)

    def _submit(self) -> None:
        if not self.login_button.isEnabled():
            return
        self._say("")
        self._set_busy(busy=True)
        work = self._session.login(self.name.text(), self.password.text(), remember=self.remember.isChecked())
        ask(self, work, done=lambda _: None, failed=self._failed, name="log in")

    def _ask_for_new_password(self) -> None:
        """The password is good once more: to be replaced."""
        current = self.password.text()
        dialog = NewPasswordDialog(self)

        def give(new: str) -> None:
            work = self._session.choose_password(current, new)
            ask(
                dialog,
                work,
                done=lambda _: dialog.accept(),
                failed=lambda error: dialog.refuse(error.message),
                name="password",
            )

        dialog.password_given.connect(give)
        dialog.rejected.connect(lambda: self._set_busy(busy=False))
        dialog.open()

    def _on_logged_in(self) -> None:
        self.password.clear()
        self._set_busy(busy=False)
        self.hide()

    def _failed(self, error: DeskError) -> None:
        self._set_busy(busy=False)
        self._say(f"{error.title} {error.message}" if isinstance(error, Unreachable) else error.message)
        self.password.setFocus()
        self.password.selectAll()

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self._fit()

    def _fit(self) -> None:
        self._inside.invalidate()
        self._inside.activate()
        # As high as the message is at this width: Qt itself reckons with narrower lines.
        give_size(self, QSize(self.width(), self._inside.totalHeightForWidth(self.width())))

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (self.name, self.password, self.remember, self.login_button, self.server_button, self.language):
            widget.setEnabled(not busy)
        self.login_button.setText(self.tr("Logging in…") if busy else self.tr("Log in"))
