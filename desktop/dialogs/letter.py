"""An email as its recipient sees it. Nothing in it is loaded, followed or run."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QFontDatabase, QImage, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs.harmless import harmless
from desktop.theme.one_of import OneOf
from desktop.theme.style import mark, say_on_tab
from desktop.theme.tokens import Space


class Paper(QTextBrowser):
    """Shows HTML that comes from elsewhere: no pictures, no style sheets, no links from anywhere are loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        mark(self, "paper")

    def show_html(self, html: str) -> None:
        """What is harmless of it: nothing that it names is ever looked for."""
        self.setHtml(harmless(html))

    def loadResource(self, kind: int, _name: QUrl | str) -> Any:  # noqa: N802 - Qt's name
        """Something that is there, but nothing: for what is not there Qt would look among the files itself."""
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        return QByteArray(b" ")


class LetterView(QWidget):
    """The subject, and one of the two parts."""

    def __init__(self) -> None:
        super().__init__()
        self.subject = QLabel()
        self.subject.setWordWrap(True)
        self.subject.setTextInteractionFlags(self.subject.textInteractionFlags().TextSelectableByMouse)
        mark(self.subject, "strong")
        self.html = Paper()
        self.html.setAccessibleName(self.tr("HTML part"))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Text part"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._stack = QStackedWidget()
        tabs = QFrame()
        mark(tabs, "tabs")
        row = QHBoxLayout(tabs)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        group = OneOf(self)
        for number, (name, widget) in enumerate(((self.tr("HTML"), self.html), (self.tr("Text"), self.text))):
            button = QPushButton()
            say_on_tab(button, name)
            button.setCheckable(True)
            button.setAutoDefault(False)
            mark(button, "tab")
            group.addButton(button, number)
            row.addWidget(button)
            self._stack.addWidget(widget)
        group.button(0).setChecked(True)
        group.idClicked.connect(self._stack.setCurrentIndex)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self.subject, 1)
        head.addWidget(tabs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    def show_letter(self, subject: str, text: str, html: str) -> None:
        """What it is; where it was scrolled to stays."""
        self.subject.setText(subject)
        for browser, content in ((self.html, html), (self.text, text)):
            place = browser.verticalScrollBar().value()
            self.html.show_html(content) if browser is self.html else browser.setPlainText(content)
            browser.verticalScrollBar().setValue(place)
