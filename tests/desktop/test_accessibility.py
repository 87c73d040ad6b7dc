"""Every page and dialog can be used by keyboard, heard, and read: a walk through all that is on screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Hashable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QIcon, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from desktop.app import Desk
from desktop.pages.choice import Choice
from desktop.theme.style import theme
from desktop.theme.tokens import DARK, LIGHT, Colors, Scheme, Space
from tests.desktop.conftest import MemoryTokens, until
from tests.desktop.gallery.rows import Rows, fill
from tests.desktop.gallery.scenes import DIALOGS, PAGES, STATES, Scene, clear_away
from tests.system.processes import ServerProcess

SCENES = (*PAGES, *STATES, *DIALOGS)
#: WCAG 2.2, 1.4.3, level AA.
LEAST_CONTRAST = 4.5

_ENLARGED = 3  # so that strokes of letters are wide enough to show their own colour
_FRAME = 3  # device-independent pixels that borders and focus rings may take
_MOST_LINKS = 20
_INDICATOR = 28  # a check box before its text
_FIELDS = (QLineEdit, QComboBox, QPlainTextEdit, Choice)
#: Labels that name a part of the page, or say something by themselves.
_SPEAKING = {"display", "title", "caption", "error", "strongCaption"}


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With one of everything."""
    server = ServerProcess(tmp_path_factory.mktemp("walk") / "data")
    server.start()
    server.add_admin()
    fill(server, Rows.ONE)
    yield server
    server.end()


@pytest.fixture
async def desk(own_service: ServerProcess) -> AsyncIterator[Desk]:
    """A desktop with somebody logged in."""
    desk = Desk(own_service.url, keyring=MemoryTokens(), scheme=Scheme.LIGHT)
    await desk.start(own_service.login())
    await until(lambda: desk.connection.is_online, desk.connection.changed, what="online")
    yield desk
    await desk.stop()


async def shown(desk: Desk, scene: Scene) -> QWidget:
    """The scene, laid out and with the keyboard, and nothing but it."""
    clear_away(desk)
    await give_keyboard(desk.window)
    widget = await scene.show(desk)
    await give_keyboard(widget)
    QCoreApplication.sendPostedEvents()
    return widget


async def give_keyboard(window: QWidget) -> None:
    """What is typed goes there."""
    if not window.isActiveWindow():
        window.activateWindow()
        await until(window.isActiveWindow, qapp().focusWindowChanged, what=f"the keyboard for {called(window)}")


def qapp() -> QApplication:
    """The one there is."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def on_screen(root: QWidget) -> list[QWidget]:
    """All that can be seen of it."""
    parts = [root, *root.findChildren(QWidget)]
    return [part for part in parts if part.isVisibleTo(root) and part.window() is root.window()]


def is_tab_stop(widget: QWidget) -> bool:
    """Whether the Tab key stops there. Of buttons that exclude each other it does at one; arrows lead to the others."""
    if isinstance(widget, QAbstractButton) and (group := widget.group()) is not None and group.exclusive():
        return widget.isEnabled() and group.checkedButton() in (widget, None)
    reachable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus.value)
    return reachable and widget.isEnabled() and widget.focusProxy() is None


def place(widget: QWidget, root: QWidget) -> QRect:
    """Where it is."""
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def called(widget: QWidget) -> str:
    """For a complaint."""
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else widget.objectName()
    name = widget.accessibleName() or text
    return f"{type(widget).__name__} {name!r}"


# --- Names, labels and the way of the Tab key ---


def nameless(root: QWidget) -> list[str]:
    """What can have the focus but says nothing to those who do not see it."""
    found = []
    for widget in on_screen(root):
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
            spoken = QAccessible.queryAccessibleInterface(widget)
            if not spoken.text(QAccessible.Text.Name).strip():
                found.append(f"no name: {called(widget)} in {called(widget.parentWidget() or widget)}")
    return found


def unlabelled(root: QWidget) -> list[str]:
    """Fields beside or below a text that is not theirs."""
    widgets = on_screen(root)
    labels = [widget for widget in widgets if isinstance(widget, QLabel) and _may_name(widget)]
    found = []
    for field in widgets:
        if not isinstance(field, _FIELDS) or _only_shows(field):
            continue
        where = place(field, root)
        near = [
            label for label in labels if label.parentWidget().isAncestorOf(field) and _is_beside(label, where, root)
        ]
        nearest = min(near, key=lambda label: _distance(place(label, root), where), default=None)
        if nearest is not None and not any(label.buddy() is field for label in near):
            found.append(f"the label {nearest.text()!r} does not belong to {called(field)}")
    return found


def _only_shows(field: QWidget) -> bool:
    return isinstance(field, QLineEdit | QPlainTextEdit) and field.isReadOnly()


def _may_name(label: QLabel) -> bool:
    return bool(label.text()) and label.property("kind") not in _SPEAKING and not label.wordWrap()


def _is_beside(label: QLabel, field: QRect, root: QWidget) -> bool:
    """At its left in the same line, or right above it."""
    area = place(label, root)
    left = abs(area.center().y() - field.center().y()) < area.height() / 2 and area.right() < field.left()
    above = abs(area.left() - field.left()) <= Space.S and 0 <= field.top() - area.bottom() <= Space.M
    return left or above


def _distance(label: QRect, field: QRect) -> int:
    return max(field.left() - label.right(), field.top() - label.bottom())


def way_of_tab(root: QWidget) -> list[QWidget]:
    """Where the Tab key goes, from the start until it comes back."""
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()
    way: list[QWidget] = []
    pressed: QWidget = root
    within = 0
    while within < _MOST_LINKS:
        QTest.keyClick(pressed, Qt.Key.Key_Tab)
        reached = QApplication.focusWidget()
        if reached is None or (reached in way and reached is not pressed):
            return way
        within = within + 1 if reached is pressed else 0  # from link to link of a text
        if not within:
            way.append(reached)
        pressed = reached
    return way


def out_of_order(root: QWidget) -> list[str]:
    """Where the Tab key goes back, or never comes to: read line by line, column after column."""
    wanted = [widget for widget in on_screen(root) if is_tab_stop(widget)]
    chain = way_of_tab(root)
    found = [f"the Tab key never comes to {called(each)}" for each in wanted if each not in chain]
    for before, after in pairwise(chain):
        a, b = place(before, root), place(after, root)
        same_line = a.top() < b.bottom() and b.top() < a.bottom()
        if (same_line and b.right() < a.left()) or (b.bottom() < a.top() and b.left() < a.right()):
            found.append(f"the Tab key goes back from {called(before)} to {called(after)}")
    return found


async def test_every_window_is_announced_as_one(desk: Desk) -> None:
    wrong = []
    for scene in (PAGES[0], *DIALOGS):
        window = (await shown(desk, scene)).window()
        said = QAccessible.queryAccessibleInterface(window)
        is_window = said.role() in (QAccessible.Role.Window, QAccessible.Role.Dialog)
        if not is_window or not said.text(QAccessible.Text.Name):
            wrong.append(f"{scene.name}: {said.role().name} {said.text(QAccessible.Text.Name)!r}")
    assert wrong == []


async def test_everything_has_a_name_a_label_and_its_place_in_the_order(desk: Desk) -> None:
    complaints = []
    for scene in SCENES:
        root = await shown(desk, scene)
        found = [*nameless(root), *unlabelled(root), *out_of_order(root)]
        complaints += [f"{scene.name}: {each}" for each in found]
    assert not complaints, "\n" + "\n".join(complaints)


# --- Contrast ---


def contrast(one: QColor, other: QColor) -> float:
    """By WCAG: from 1, none, to 21, black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PAIRS = (
    *((text, ground) for text in ("text", "muted") for ground in ("window", "surface", "raised", "hover")),
    *(("text", ground) for ground in ("accent_soft", "warning_soft", "danger_soft")),
    *(("accent", ground) for ground in ("window", "surface", "raised", "accent_soft", "warning_soft")),
    *((f"{kind}", f"{kind}_soft") for kind in ("success", "warning", "danger")),
    *(("danger", ground) for ground in ("window", "surface")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("accent_hover", "accent_soft"),
    ("surface", "danger"),
)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_of_the_design_can_be_read_on_each_other(colors: Colors) -> None:
    too_little = {
        f"{text} on {ground}": round(found, 2)
        for text, ground in PAIRS
        if (found := contrast(QColor(getattr(colors, text)), QColor(getattr(colors, ground)))) < LEAST_CONTRAST
    }
    assert not too_little


def painted(root: QWidget, area: QRect) -> tuple[QColor, QColor] | None:
    """The two colours that most of the area has, the ground first; None: it has but one."""
    image = QImage(area.size() * _ENLARGED, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_ENLARGED)
    root.render(image, QPoint(0, 0), QRegion(area))
    pixels = Counter(memoryview(image.constBits()).cast("I"))
    (ground, _), *others = ((QColor.fromRgb(color & 0xFFFFFF), n) for color, n in pixels.most_common())
    text = next((color for color, _ in others if contrast(color, ground) > 1.2), None)
    return None if text is None else (ground, text)


def area_of_text(widget: QWidget, root: QWidget) -> QRect | None:
    """Where its text is painted, if it has any and most of it can be seen; text on what is disabled may be pale."""
    if not widget.isEnabled() or not isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox):
        return None
    text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
    if not text and isinstance(widget, QLineEdit):
        text = widget.placeholderText()
    if not text.strip():
        return None
    left = _INDICATOR if isinstance(widget, QCheckBox) else _FRAME
    area = place(widget, root).adjusted(left, 0, -_FRAME, 0)
    if not isinstance(widget, QLabel):
        area.adjust(0, _FRAME, 0, -_FRAME)
    seen = _seen_of(widget, root)
    return area.intersected(seen) if seen.contains(area.center()) else None


def _seen_of(widget: QWidget, root: QWidget) -> QRect:
    """What its scroll areas leave of it."""
    seen = root.rect()
    parent = widget
    while parent is not root:
        seen = seen.intersected(place(parent, root))
        parent = parent.parentWidget()
    return seen


def looks(widget: QWidget) -> Hashable:
    """All that decides about its colours, and what it says."""
    checked = isinstance(widget, QAbstractButton) and widget.isChecked()
    above, kinds = widget, []
    while above is not None:
        kinds.append((type(above).__name__, above.property("kind"), above.hasFocus()))
        above = above.parentWidget()
    return (called(widget), checked, *kinds)


def hard_to_read(root: QWidget, seen: set[Hashable]) -> list[str]:
    """Text that is too much like its ground, as it is really painted; of what looks the same, one is ``seen``."""
    found = []
    for widget in on_screen(root):
        area = area_of_text(widget, root)
        if area is None or area.isEmpty() or looks(widget) in seen:
            continue
        seen.add(looks(widget))
        picture = widget.icon() if isinstance(widget, QPushButton) else QIcon()
        if not picture.isNull():  # it is no text
            widget.setIcon(QIcon())
        colors = painted(root, area)
        if not picture.isNull():
            widget.setIcon(picture)
        if colors is None:
            found.append(f"nothing to be seen of {called(widget)}")
        elif contrast(*colors) < LEAST_CONTRAST:
            ground, text = (color.name() for color in colors)
            found.append(f"{contrast(*colors):.2f}: {text} on {ground} of {called(widget)}")
    return found


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK], ids=["light", "dark"])
async def test_all_text_can_be_read(desk: Desk, scheme: Scheme) -> None:
    theme.choose(scheme)
    complaints, seen = [], set[Hashable]()
    for scene in SCENES:
        root = await shown(desk, scene)
        complaints += [f"{scene.name}: {each}" for each in hard_to_read(root, seen)]
    theme.choose(Scheme.LIGHT)
    assert not complaints, "\n" + "\n".join(complaints)
