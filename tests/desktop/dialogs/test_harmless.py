"""What emails, cells and replies name is never loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt, QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from desktop.dialogs.harmless import harmless
from desktop.dialogs.letter import Paper
from desktop.dialogs.rows import RowsTable
from desktop.theme.tips import plain_tip
from server.mail.templates import default_source

DESKTOP = Path(__file__).parents[3] / "desktop"
FILE = "file:///dev/zero"
_WAYS = (
    '<img src="{0}">', '<link rel="stylesheet" href="{0}"><img src="{0}">', '<body background="{0}">x',
    "<style>@import '{0}';</style>", '<style>@import url("{0}");</style>x',
    '<style>p{{background:url({0})}}</style><p>x',
    '<p style="background-image: url({0})">x', '<td background="{0}">x', '<ul style="list-style-image:url({0})"><li>x',
    '<style>p{{background:u\\72l({0})}}</style><p>x', '<style>@\\69mport "{0}";</style>x',
    '<p style="b:u\\rl(url({0}))">x',
    '<IMG SRC={0}>', "<img\nsrc='{0}'/>", '<img alt="a>b" src="{0}">', '<!--><img src="{0}">-->',
    '<style><img src="{0}">',
    '<title><img src="{0}"></title>', '<textarea><img src="{0}"></textarea>', '<a href="{0}"><img src="{0}"></a>',
    '<svg><image href="{0}"/></svg>', '<object data="{0}"></object>', '<![CDATA[<img src="{0}">]]>', '<img src="{0}"',
)  # fmt: skip


class Watched(QTextDocument):
    """Tells what Qt would load of what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_for: list[str] = []

    def loadResource(self, _kind: int, name: QUrl | str) -> Any:  # noqa: N802 - Qt's name
        """Never a file."""
        self.asked_for.append(name if isinstance(name, str) else name.toString())
        return b" "


def asked_for(html: str) -> list[str]:
    """By addresses, when it is laid out."""
    document = Watched()
    document.setHtml(html)
    document.size()
    return [name for name in document.asked_for if name]


@pytest.mark.parametrize("way", _WAYS)
def test_nothing_that_an_email_names_is_looked_for(qapp: object, way: str) -> None:
    assert qapp is not None
    assert asked_for(harmless(way.format(FILE))) == []


def test_qt_would_look_for_it_otherwise(qapp: object) -> None:
    assert qapp is not None
    assert sum(asked_for(way.format(FILE)) != [] for way in _WAYS) >= 8


@given(st.lists(st.sampled_from([*_WAYS, "<", ">", '"', "'", "<style>", "</style>", "-->", "<!--", "\\", "@im", "ur"])))
def test_however_it_is_put_together(ways: list[str]) -> None:
    assert asked_for(harmless("".join(ways).replace("{0}", FILE))) == []


def test_the_paper_shows_the_default_email_whole(qtbot: QtBot) -> None:
    paper = Paper()
    qtbot.addWidget(paper)
    html = default_source().html
    paper.show_html(html)
    shown, plain = paper.toPlainText(), QTextDocument()
    plain.setHtml(html)
    assert shown == plain.toPlainText()
    assert harmless("a < b &amp; c &lt;i&gt;") == "a &lt; b &amp; c &lt;i&gt;"


def test_what_is_asked_for_all_the_same_is_there_and_empty(qtbot: QtBot) -> None:
    """Or Qt would look among the files."""
    paper = Paper()
    qtbot.addWidget(paper)
    for kind in QTextDocument.ResourceType:
        assert paper.loadResource(kind.value, QUrl(FILE)) is not None


@pytest.mark.parametrize(
    "text",
    [f'<img src="{FILE}">', "<b>bold</b>", "<p>", "a & b", "one\ntwo  three", "x < y > z", "", "</p><img src=x>"],
)
def test_a_tool_tip_is_shown_to_the_letter(qapp: object, text: str) -> None:
    assert qapp is not None
    tip = plain_tip(text)
    assert asked_for(tip) == []
    if tip.startswith("<"):
        document = QTextDocument()
        document.setHtml(tip)
        assert document.toPlainText() == text
    else:
        assert tip == text


def test_the_tip_of_a_row_is_plain(qtbot: QtBot) -> None:
    table = RowsTable("rows", {"what": 100})
    qtbot.addWidget(table)
    cell = f'<img src="{FILE}">'
    table.rows.rows = [(cell,)]
    index = table.rows.index(0, 0, QModelIndex())
    assert table.rows.data(index) == cell
    assert table.rows.data(index, Qt.ItemDataRole.ToolTipRole) == plain_tip(cell)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of the desktop's sources."""
    for file in DESKTOP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield f"{file.relative_to(DESKTOP)}:{node.lineno}", node


def test_tips_and_html_are_shown_in_one_place_only() -> None:
    """A rule for those to come."""
    allowed = {"setToolTip": "theme/tips.py", "setHtml": "dialogs/letter.py", "insertHtml": ""}
    for where, call in calls():
        name = call.func.attr  # type: ignore[attr-defined]
        assert name not in allowed or where.startswith(allowed[name] or "nowhere"), where
        if name == "showText":
            said = ast.unparse(call.args[1])
            assert said.startswith("plain_tip(") or where.startswith("pages/cells.py"), where
