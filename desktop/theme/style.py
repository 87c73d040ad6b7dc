"""Fusion, a palette and one style sheet, all from the tokens: the same look on every platform.

Widgets say what they are by the dynamic property ``kind``; nothing else sets colours or fonts.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.theme.tokens import CONTROL_HEIGHT, DARK, LIGHT, RADIUS, Colors, Scheme, Space, Text


class Theme(QObject):
    """The colours in use; ``changed`` when they are others."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.colors = LIGHT
        self.scheme = Scheme.SYSTEM
        self._app: QApplication | None = None

    def apply(self, app: QApplication, scheme: Scheme) -> None:
        """Dress the whole application; SYSTEM follows the desktop environment from now on."""
        self.scheme = scheme
        app.setStyle("Fusion")
        if self._app is None:
            self._app = app
            app.styleHints().colorSchemeChanged.connect(lambda _: self._dress(app))
        self._dress(app)

    def choose(self, scheme: Scheme) -> None:
        """Other colours for what is dressed already."""
        if self._app is not None:
            self.apply(self._app, scheme)

    def _dress(self, app: QApplication) -> None:
        dark = self.scheme is Scheme.DARK or (
            self.scheme is Scheme.SYSTEM and app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        self.colors = DARK if dark else LIGHT
        font = app.font()
        font.setPixelSize(Text.BODY)
        app.setFont(font)
        app.setPalette(_palette(self.colors))
        app.setStyleSheet(_style_sheet(self.colors))
        self.changed.emit()


#: The one theme of the application.
theme = Theme()


def mark(widget: QWidget, kind: str) -> None:
    """Say what a widget is, so that the style sheet dresses it so."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def say_on_tab(button: QPushButton, text: str) -> None:
    """As wide as the chosen tab is, whose letters are bold: choosing moves nothing and cuts nothing off."""
    font = button.font()
    font.setWeight(font.Weight.DemiBold)
    button.setText(text)
    button.setMinimumWidth(QFontMetrics(font).horizontalAdvance(text) + 2 * Space.S + Space.XS)


def _palette(colors: Colors) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.surface,
        QPalette.ColorRole.AlternateBase: colors.window,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.Button: colors.surface,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.BrightText: colors.danger,
        QPalette.ColorRole.ToolTipBase: colors.raised,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.muted,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.Mid: colors.border,
        QPalette.ColorRole.Accent: colors.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.disabled))
    return palette


def _style_sheet(c: Colors) -> str:
    return f"""
QLabel {{ qproperty-textFormat: PlainText; }}
* {{ outline: none; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: {Space.XS}px {Space.S}px; }}

QWidget[kind="login"] {{ background: {c.surface}; }}
QWidget[kind="page"], QWidget[kind="window"] {{ background: {c.window}; }}
QWidget[kind="sidebar"] {{ background: {c.surface}; border: none; border-right: 1px solid {c.border}; }}
QFrame[kind="card"] {{ background: {c.surface}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}
QFrame[kind="line"] {{ background: {c.border}; border: none; max-height: 1px; }}
QFrame[kind="selectionBar"] {{ background: {c.accent_soft}; border: none; border-radius: {RADIUS}px; }}
QFrame[kind="plainBar"] {{ background: transparent; border: 1px dashed {c.border}; border-radius: {RADIUS}px; }}
QFrame[kind="notice"] {{ background: {c.accent_soft}; border: none; border-radius: {RADIUS}px; }}
QFrame[kind="noticeWarning"] {{ background: {c.warning_soft}; border: none; border-radius: {RADIUS}px; }}
QFrame[kind="noticeDanger"] {{ background: {c.danger_soft}; border: none; border-radius: {RADIUS}px; }}
QFrame[kind="status"] {{ background: {c.window}; border: none; border-radius: {RADIUS}px; }}
QFrame[kind="drop"] {{ background: {c.window}; border: 2px dashed {c.border}; border-radius: {RADIUS}px; }}
QFrame[kind="toast"] {{ background: {c.raised}; border: 1px solid {c.border}; border-radius: {RADIUS}px; }}

QLabel {{ background: transparent; }}
QLabel[kind="display"] {{ font-size: {Text.DISPLAY}px; font-weight: 600; }}
QLabel[kind="title"] {{ font-size: {Text.TITLE}px; font-weight: 600; }}
QLabel[kind="strong"] {{ font-weight: 600; }}
QLabel[kind="muted"] {{ color: {c.muted}; }}
QLabel[kind="strongCaption"] {{ font-size: {Text.CAPTION}px; font-weight: 600; }}
QLabel[kind="caption"] {{ color: {c.muted}; font-size: {Text.CAPTION}px; }}
QLabel[kind="warning"] {{ color: {c.warning}; }}
QLabel[kind="error"] {{ color: {c.danger}; }}
QLabel[kind="badge"] {{ background: {c.accent}; color: {c.on_accent}; border-radius: 9px; font-size: {Text.CAPTION}px;
    font-weight: 600; padding: 0 8px; min-width: 8px; min-height: 18px; max-height: 18px; }}
QLabel[kind="badgeFailed"] {{ background: {c.danger}; color: {c.on_accent}; border-radius: 9px;
    font-size: {Text.CAPTION}px; font-weight: 600; padding: 0 8px; min-width: 8px; min-height: 18px;
    max-height: 18px; }}
QLabel[kind="badgeStale"] {{ background: {c.hover}; color: {c.muted}; border-radius: 9px;
    font-size: {Text.CAPTION}px; font-weight: 600; padding: 0 8px; min-width: 8px; min-height: 18px;
    max-height: 18px; }}

QPushButton {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.border}; border-radius: {RADIUS}px;
    padding: 0 {Space.L}px; min-height: {CONTROL_HEIGHT - 2}px; font-weight: 500; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: 0 {Space.L - 1}px; min-height: {CONTROL_HEIGHT - 4}px; }}
QPushButton:disabled {{ color: {c.disabled}; background: {c.window}; }}
QPushButton[kind="primary"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
    font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {c.accent_hover}; border-color: {c.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {c.hover}; color: {c.disabled}; border-color: {c.border}; }}
QPushButton[kind="danger"] {{ background: {c.danger}; color: {c.surface}; border-color: {c.danger}; font-weight: 600; }}
QPushButton[kind="danger"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[kind="danger"]:disabled {{ background: {c.hover}; color: {c.disabled}; border-color: {c.border}; }}
QPushButton[kind="problem"] {{ background: transparent; border: none; color: {c.danger}; text-align: left;
    padding: 0 {Space.XS}px; min-height: 24px; }}
QPushButton[kind="problem"]:hover, QPushButton[kind="problem"]:focus {{ text-decoration: underline; border: none;
    padding: 0 {Space.XS}px; min-height: 24px; }}
QPushButton[kind="pill"] {{ background: {c.accent}; color: {c.on_accent}; border: none; border-radius: 15px;
    min-height: 30px; padding: 0 {Space.L}px; font-weight: 600; }}
QPushButton[kind="pill"]:hover {{ background: {c.accent_hover}; }}
QPushButton[kind="pill"]:focus {{ border: 2px solid {c.text}; min-height: 26px; padding: 0 {Space.L - 2}px; }}
QPushButton[kind="link"] {{ background: transparent; border: none; color: {c.accent}; padding: 0 {Space.XS}px;
    min-height: 24px; font-weight: 600; }}
QPushButton[kind="link"]:hover {{ color: {c.accent_hover}; text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ text-decoration: underline; border: none; padding: 0 {Space.XS}px;
    min-height: 24px; }}
QPushButton[kind="link"]:disabled {{ color: {c.disabled}; }}
QPushButton[kind="quiet"] {{ background: transparent; border: none; padding: 0 {Space.S}px; min-height: 28px; }}
QPushButton[kind="quiet"]:hover {{ background: {c.hover}; }}
QPushButton[kind="quiet"]:focus {{ border: 2px solid {c.accent}; padding: 0 {Space.S - 2}px; min-height: 24px; }}
QPushButton[kind="nav"] {{ background: transparent; border: none; text-align: left; padding: 0 {Space.M}px;
    min-height: 40px; font-weight: 500; color: {c.muted}; }}
QPushButton[kind="nav"]:hover {{ background: {c.hover}; color: {c.text}; }}
QPushButton[kind="nav"]:checked {{ background: {c.accent_soft}; color: {c.accent}; font-weight: 600; }}
QPushButton[kind="nav"]:focus {{ border: 2px solid {c.accent}; padding: 0 {Space.M - 2}px; min-height: 36px; }}
QPushButton[kind="tab"] {{ background: transparent; border: none; border-radius: 6px; padding: 0 {Space.S}px;
    min-height: 30px; color: {c.muted}; }}
QPushButton[kind="tab"]:hover {{ color: {c.text}; }}
QPushButton[kind="tab"]:checked {{ background: {c.surface}; color: {c.text}; font-weight: 600;
    border: 1px solid {c.border}; min-height: 28px; }}
QPushButton[kind="tab"]:focus {{ border: 2px solid {c.accent}; min-height: 26px; padding: 0 {Space.S - 2}px; }}
QPushButton[kind="state"] {{ background: {c.surface}; min-height: 72px; padding: 0; }}
QPushButton[kind="state"]:focus {{ padding: 0; min-height: 70px; }}
QPushButton[kind="state"]:hover {{ background: {c.hover}; }}
QPushButton[kind="state"]:checked {{ border: 2px solid {c.accent}; }}
QPushButton[kind="state"]:checked:focus {{ border-color: {c.text}; }}
QFrame[kind="tabs"] {{ background: {c.hover}; border: none; border-radius: {RADIUS}px; }}

QLineEdit, QDateTimeEdit {{ background: {c.surface}; color: {c.text};
    border: 1px solid {c.border}; border-radius: {RADIUS}px;
    padding: 0 {Space.S}px; min-height: {CONTROL_HEIGHT - 2}px; placeholder-text-color: {c.muted};
    selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QLineEdit:focus, QDateTimeEdit:focus {{ border: 2px solid {c.accent};
    padding: 0 {Space.S - 1}px; min-height: {CONTROL_HEIGHT - 4}px; }}
QLineEdit:disabled {{ color: {c.disabled}; background: {c.window}; }}

QPlainTextEdit, QTextBrowser {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
    border-radius: {RADIUS}px; padding: {Space.XS}px; selection-background-color: {c.accent};
    selection-color: {c.on_accent}; }}
QPlainTextEdit:focus, QTextBrowser:focus {{ border: 2px solid {c.accent}; padding: {Space.XS - 1}px; }}
QTextBrowser[kind="paper"] {{ background: {LIGHT.surface}; color: {LIGHT.text}; }}
QComboBox {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.border}; border-radius: {RADIUS}px;
    padding: 0 {Space.M}px; min-height: {CONTROL_HEIGHT - 2}px; }}
QComboBox:focus {{ border: 2px solid {c.accent}; padding: 0 {Space.M - 1}px; min-height: {CONTROL_HEIGHT - 4}px; }}
QComboBox::drop-down {{ border: none; width: {Space.XL + Space.XS}px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox:disabled {{ color: {c.disabled}; background: {c.window}; }}
QComboBox QAbstractItemView {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border};
    selection-background-color: {c.hover}; selection-color: {c.text}; }}

QCheckBox {{ spacing: {Space.S}px; }}
QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {c.muted}; border-radius: 4px;
    background: {c.surface}; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; }}
QCheckBox::indicator:focus {{ border: 2px solid {c.accent}; }}
QCheckBox::indicator:checked:focus {{ border-color: {c.text}; }}
QRadioButton {{ spacing: {Space.S}px; font-weight: 500; }}
QRadioButton::indicator {{ width: 16px; height: 16px; border: 1px solid {c.muted}; border-radius: 9px;
    background: {c.surface}; }}
QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {c.accent}; }}
QRadioButton::indicator:focus {{ width: 14px; height: 14px; border: 2px solid {c.accent}; }}
QRadioButton::indicator:checked:focus {{ width: 8px; height: 8px; border: 5px solid {c.text}; }}

QProgressBar {{ background: {c.hover}; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}

QTableView {{ background: {c.surface}; border: none; gridline-color: transparent;
    selection-background-color: {c.hover}; selection-color: {c.text}; }}
QTableView::item {{ border-bottom: 1px solid {c.border}; padding: 0 {Space.S}px; }}
QHeaderView {{ background: {c.surface}; border: none; }}
QHeaderView::section {{ background: {c.surface}; color: {c.muted}; border: none; border-bottom: 1px solid {c.border};
    padding: 0 {Space.S + 3}px; min-height: 40px; font-size: {Text.CAPTION}px; font-weight: 600; }}
QHeaderView::section:hover {{ color: {c.text}; }}
QTableCornerButton::section {{ background: {c.surface}; border: none; }}

QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {c.border}; border-radius: 4px; min-height: 32px; }}
QScrollBar::handle:vertical:hover {{ background: {c.disabled}; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle:horizontal {{ background: {c.border}; border-radius: 4px; min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
    border: none; height: 0; width: 0; }}

QMenu {{ background: {c.raised}; border: 1px solid {c.border}; padding: {Space.XS}px; }}
QMenu::item {{ padding: {Space.S}px {Space.L}px; border-radius: 4px; color: {c.text}; }}
QMenu::item:selected {{ background: {c.hover}; }}
QMenu::item:disabled {{ color: {c.muted}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: {Space.XS}px; }}
QPlainTextEdit[kind="log"] {{ background: {c.window}; color: {c.text}; border: 1px solid {c.border};
    border-radius: {RADIUS}px; padding: {Space.S}px; font-family: "DejaVu Sans Mono", monospace;
    font-size: {Text.CAPTION}px; selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QPlainTextEdit[kind="log"]:focus {{ border: 2px solid {c.accent}; padding: {Space.S - 1}px; }}
QDialog[kind="palette"] {{ background: {c.raised}; border: 1px solid {c.border}; }}
QListWidget[kind="commands"] {{ background: transparent; border: none; }}
QListWidget[kind="commands"]::item {{ min-height: 34px; padding: 0 {Space.M}px; border-radius: 6px;
    color: {c.text}; }}
QListWidget[kind="commands"]::item:selected {{ background: {c.accent_soft}; color: {c.text}; }}
QScrollArea {{ background: transparent; border: 1px solid transparent; border-radius: {RADIUS}px; }}
QScrollArea:focus {{ border-color: {c.accent}; }}
QScrollArea[kind="bare"] {{ border: none; }}
QWidget[kind="plain"] {{ background: transparent; }}
QDialog {{ background: {c.surface}; }}
"""
