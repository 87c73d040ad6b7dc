"""The template of the activation email: edit it, see it, try it, use it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.letter import LetterView
from desktop.theme.drop_down import DropDown
from desktop.theme.style import mark
from desktop.theme.tips import set_tip
from desktop.theme.tokens import Space
from desktop.wording.sentences import worded_or_neutral
from desktop.wording.times import about_when
from server.contract import (
    EmailTemplate,
    TemplatePart,
    TemplatePreview,
    TemplateProblem,
    TemplateState,
    TemplateVersion,
    TrialResult,
)

_TYPING_PAUSE_MS = 400
_SUBJECT_HEIGHT = 40


class TemplateDialog(Dialog):
    """Knows what is written and what it is based on; the server's answers are given to it.

    Signals:
        preview_wanted: what is written may look different now.
        save_wanted, reset_wanted: the buttons.
        test_wanted: send what is written to this address.
    """

    preview_wanted = Signal()
    save_wanted = Signal()
    reset_wanted = Signal()
    test_wanted = Signal(str)

    def __init__(self, *, why_not_save: str, why_not_test: str, parent: QWidget | None = None) -> None:
        """Why the admin may not do these; empty: they may."""
        super().__init__(parent, QCoreApplication.translate("TemplateDialog", "Email template"))
        self._why_not_save = why_not_save
        self._why_not_test = why_not_test
        self._state: TemplateState | None = None
        self._versions: tuple[TemplateVersion, ...] = ()
        self._busy = False
        self._has_problems = False
        self._build()
        self._wire()
        self._show_buttons()

    # --- Parts ---

    def _build(self) -> None:
        self.resize_to(1120, 720)
        self.about = self.add_text(self.tr("Loading…"), "muted")
        self.versions = DropDown()
        self.versions.setAccessibleName(self.tr("Versions"))
        self.editors = {part: QPlainTextEdit() for part in TemplatePart}
        names = {
            TemplatePart.SUBJECT: self.tr("Subject"),
            TemplatePart.TEXT: self.tr("Text"),
            TemplatePart.HTML: self.tr("HTML"),
        }
        writing = QVBoxLayout()
        writing.setContentsMargins(0, 0, Space.S, 0)
        writing.setSpacing(Space.XS)
        top = QHBoxLayout()
        label = QLabel(self.tr("Version"))
        label.setBuddy(self.versions)
        top.addWidget(label)
        top.addWidget(self.versions, 1)
        writing.addLayout(top)
        writing.addSpacing(Space.XS)
        for part, editor in self.editors.items():
            editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
            editor.setTabChangesFocus(True)
            editor.setAccessibleName(names[part])
            editor.setReadOnly(bool(self._why_not_save))  # what is written could be neither saved nor sent
            caption = QLabel(names[part])
            caption.setBuddy(editor)
            mark(caption, "strong")
            writing.addWidget(caption)
            writing.addWidget(editor, {TemplatePart.SUBJECT: 0, TemplatePart.TEXT: 2, TemplatePart.HTML: 3}[part])
        self.editors[TemplatePart.SUBJECT].setFixedHeight(_SUBJECT_HEIGHT)
        self.names = QLabel(self.tr("Filled in: {{ name }}, {{ email }}, {{ password }}, {{ login_url }}"))
        mark(self.names, "caption")
        writing.addWidget(self.names)
        self.problems = QVBoxLayout()
        self.problems.setSpacing(0)
        writing.addLayout(self.problems)
        left = QWidget()
        left.setLayout(writing)

        self.letter = LetterView()
        right = QWidget()
        seeing = QVBoxLayout(right)
        seeing.setContentsMargins(Space.S, 0, 0, 0)
        seeing.setSpacing(Space.S)
        seeing.addWidget(self.letter, 1)
        seeing.addLayout(self._build_test())
        self.answer = QLabel()
        self.answer.hide()
        self.answer.setWordWrap(True)
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        seeing.addWidget(self.answer)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setSizes([540, 540])
        self.body.addWidget(split, 1)
        self.reset_button = self.add_button(self.tr("Back to the original"))
        self.close_button = self.add_button(self.tr("Close"))
        self.save_button = self.add_button(self.tr("Save and use"))
        mark(self.save_button, "primary")

    def _build_test(self) -> QHBoxLayout:
        self.address = QLineEdit()
        self.address.setPlaceholderText(self.tr("you@example.com"))
        self.address.setAccessibleName(self.tr("Address for a test"))
        self.address.setMaxLength(320)
        self.test_button = QPushButton(self.tr("Send test"))
        self.test_button.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.address, 1)
        row.addWidget(self.test_button)
        return row

    def _wire(self) -> None:
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self.preview_wanted)
        for editor in self.editors.values():
            editor.textChanged.connect(self._on_edited)
        self.versions.activated.connect(self._on_version_chosen)
        self.address.textChanged.connect(lambda _: self._show_buttons())
        self.address.returnPressed.connect(self._on_test)
        self.test_button.clicked.connect(self._on_test)
        self.save_button.clicked.connect(self.save_wanted)
        self.reset_button.clicked.connect(self.reset_wanted)
        self.close_button.clicked.connect(self.reject)

    # --- What is written ---

    @property
    def written(self) -> EmailTemplate | None:
        """What stands in the editors; None while a part is empty or far too long."""
        try:
            return EmailTemplate(**{part.value: editor.toPlainText() for part, editor in self.editors.items()})
        except ValidationError:
            return None

    @property
    def based_on(self) -> int:
        """The version that it would replace."""
        return self._state.version if self._state is not None else 0

    @property
    def is_changed(self) -> bool:
        """Whether what is written is not what is in use."""
        return self._state is not None and self.written != self._state.template

    def has_unsaved(self) -> bool:
        """An address for a test is nothing to be kept, and neither is what cannot be written."""
        return self.is_changed and not self.editors[TemplatePart.SUBJECT].isReadOnly()

    def _write(self, template: EmailTemplate) -> None:
        for part, editor in self.editors.items():
            editor.setPlainText(template.part(part))

    def _on_edited(self) -> None:
        self._typing.start()
        self._show_buttons()

    def _on_version_chosen(self, number: int) -> None:
        if number < len(self._versions):
            self._write(self._versions[number].template)
        elif self._state is not None:
            self._write(self._state.default)

    def _on_test(self) -> None:
        if self.test_button.isEnabled():
            self.test_wanted.emit(self.address.text().strip())

    # --- What the server says ---

    def show_state(self, state: TemplateState, *, keep_written: bool = False) -> None:
        """What is in use. ``keep_written``: what is written stays, and would replace it."""
        self._state = state
        if not keep_written:
            self._write(state.template)
        if state.by is not None and state.at is not None:
            text = self.tr("Version {0}, saved by {1}, {2}. Saved is used at once, also for emails that wait.")
            text = text.format(state.version, state.by, about_when(state.at))
        else:
            text = self.tr("This is the original. What is saved is used at once, also for emails that wait.")
        self.about.setText(text)
        self._show_versions()
        self._show_buttons()

    def show_versions(self, versions: Sequence[TemplateVersion]) -> None:
        """Those that can be gone back to, by way of the editors."""
        self._versions = tuple(versions)
        self._show_versions()

    def _show_versions(self) -> None:
        self.versions.clear()
        for version in self._versions:
            self.versions.addItem(_version_text(version))
        if self._state is not None:
            self.versions.addItem(self.tr("The original"))

    def show_preview(self, preview: TemplatePreview) -> None:
        """How it looks, and what is wrong with it."""
        self.letter.show_letter(preview.subject, preview.text, preview.html)
        self.show_problems(preview.problems)

    def show_problems(self, problems: Sequence[TemplateProblem]) -> None:
        """Each with its part and line, to click on."""
        while (item := self.problems.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._has_problems = bool(problems)
        self._show_buttons()
        before: QWidget = self.editors[TemplatePart.HTML]
        for problem in problems[:5]:
            button = QPushButton(self._problem_text(problem))
            button.setAutoDefault(False)
            set_tip(button, worded_or_neutral(problem.sentence))
            mark(button, "problem")
            button.clicked.connect(lambda _checked=False, problem=problem: self._go_to(problem))
            self.problems.addWidget(button)
            self.setTabOrder(before, button)
            before = button

    def show_answer(self, result: TrialResult) -> None:
        """What the mail server said of the test."""
        text = self.tr("Accepted by {0}: {1}") if result.accepted else self.tr("Not accepted by {0}: {1}")
        self.say(text.format(result.account, result.reply), bad=not result.accepted)
        self.set_busy(busy=False)

    def say(self, text: str, *, bad: bool) -> None:
        """What came of a test or of saving."""
        mark(self.answer, "error" if bad else "muted")
        self.answer.setText(text)
        self.answer.setVisible(bool(text))

    def set_busy(self, *, busy: bool) -> None:
        """The server is asked to do something."""
        self._busy = busy
        self._show_buttons()

    def _problem_text(self, problem: TemplateProblem) -> str:
        part = self.editors[problem.part].accessibleName()
        said = worded_or_neutral(problem.sentence)
        if problem.line is None:
            return f"{part}: {said}"
        line = self.tr("line {0}").format(QLocale().toString(problem.line))
        return f"{part}, {line}: {said}"

    def _go_to(self, problem: TemplateProblem) -> None:
        editor = self.editors[problem.part]
        block = editor.document().findBlockByNumber(max(0, (problem.line or 1) - 1))
        cursor = QTextCursor(block)
        cursor.select(QTextCursor.SelectionType.LineUnderCursor)
        editor.setTextCursor(cursor)
        editor.setFocus()

    def _show_buttons(self) -> None:
        ready = self._state is not None and not self._busy and self.written is not None
        why_not = self._why_not_save
        if self._has_problems:
            why_not = why_not or self.tr("Correct first what is named below the text.")
        self.save_button.setEnabled(ready and self.is_changed and not why_not)
        set_tip(self.save_button, why_not)
        original = self._state is not None and self._state.is_default
        self.reset_button.setEnabled(ready and not original and not self._why_not_save)
        set_tip(self.reset_button, self._why_not_save)
        why_not_test = self._why_not_test
        if self._why_not_save and self.is_changed:
            why_not_test = why_not_test or self.tr("Only an owner may send a template that is not in use.")
        self.test_button.setEnabled(ready and "@" in self.address.text() and not why_not_test)
        set_tip(self.test_button, why_not_test)
        self.address.setEnabled(not self._why_not_test)


class TemplateConflict(Dialog):
    """Somebody else has saved meanwhile.

    Signals:
        theirs_wanted: drop what is written.
        mine_wanted: save it over theirs.
    """

    theirs_wanted = Signal()
    mine_wanted = Signal()

    def __init__(self, theirs: TemplateState, parent: QWidget | None) -> None:
        super().__init__(parent, QCoreApplication.translate("TemplateConflict", "Somebody else has saved the template"))
        text = self.tr("{0} has saved version {1} while you wrote. Keep writing, take theirs, or save yours over it.")
        self.add_text(text.format(theirs.by or self.tr("Somebody"), theirs.version), "muted")
        self.add_text(self.tr("Either way theirs stays among the versions."), "muted")
        keep = self.add_button(self.tr("Keep writing"))
        keep.clicked.connect(self.reject)
        self.theirs_button = self.add_button(self.tr("Take theirs"))
        self.theirs_button.clicked.connect(self.accept)
        self.theirs_button.clicked.connect(self.theirs_wanted)
        self.mine_button = self.add_button(self.tr("Save mine"), primary=True)
        self.mine_button.clicked.connect(self.accept)
        self.mine_button.clicked.connect(self.mine_wanted)


def _version_text(version: TemplateVersion) -> str:
    if version.by is None or version.at is None:
        return QCoreApplication.translate("TemplateDialog", "The original")
    if version.is_default:
        text = QCoreApplication.translate("TemplateDialog", "{0}: the original again, by {1}, {2}")
    else:
        text = QCoreApplication.translate("TemplateDialog", "{0}: by {1}, {2}")
    return text.format(version.version, version.by, about_when(version.at))
