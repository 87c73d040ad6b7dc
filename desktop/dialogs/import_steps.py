"""What the steps of an import show. Each is filled from the run, and says what the admin does with it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs.rows import RowsTable
from desktop.state.import_run import ImportRun
from desktop.theme.drop_down import DropDown
from desktop.theme.icons import pixmap
from desktop.theme.style import mark, theme
from desktop.theme.tokens import CONTROL_HEIGHT, Space
from desktop.wording.sentences import worded
from server.contract import FileFormat, ImportPreview, ImportProblem, ImportReading, ImportState, LeadField

_ENCODINGS = ("utf-8", "cp1252", "utf-16", "iso8859-15", "cp1250", "cp1251", "mac_roman", "shift_jis", "gb18030")
_COLUMN_WIDTH = 150
_MOST_COLUMNS = 60  # shown; files with more have them, and nobody could read them


def dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """The one local file that is dragged, or None."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


class FileStep(QFrame):
    """Choose a file, or drop one."""

    choose_requested = Signal()
    dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        mark(self, "drop")
        self.setAcceptDrops(True)
        self.choose_button = QPushButton(self.tr("Choose a file…"))
        self.choose_button.clicked.connect(self.choose_requested)
        picture = QLabel()
        picture.setPixmap(pixmap("upload", theme.colors.muted, 40, 2.0))
        title = QLabel(self.tr("Drop a CSV or XLSX file here"))
        mark(title, "strong")
        text = QLabel(self.tr("One lead in each row, with a column of email addresses. Up to 50 MB."))
        mark(text, "muted")
        self.busy_bar = QProgressBar()
        self.busy_bar.setRange(0, 0)
        self.busy_bar.setTextVisible(False)
        self.busy_bar.setFixedWidth(240)
        self.busy_bar.setAccessibleName(self.tr("The file is being read"))
        layout = QVBoxLayout(self)
        layout.setSpacing(Space.S)
        layout.addStretch()
        for widget in (picture, title, text, self.choose_button, self.busy_bar):
            layout.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def show_run(self, run: ImportRun) -> None:
        """Whether it is busy."""
        self.choose_button.setVisible(not run.busy)
        self.busy_bar.setVisible(run.busy)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """One file is welcome."""
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """As if it had been chosen."""
        if (path := dropped_file(event)) is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)


class MappingStep(QWidget):
    """How the file is read, and which column holds what, over its first rows."""

    reading_changed = Signal(ImportReading)
    mapping_changed = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self._shown: ImportPreview | None = None
        self.encoding, self.delimiter, self.sheet = DropDown(), DropDown(), DropDown()
        self._labels = []
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        for name, combo in (
            (self.tr("Encoding"), self.encoding),
            (self.tr("Delimiter"), self.delimiter),
            (self.tr("Sheet"), self.sheet),
        ):
            label = QLabel(name)
            label.setBuddy(combo)
            mark(label, "muted")
            combo.setAccessibleName(name)
            combo.activated.connect(self._on_reading_chosen)
            self._labels.append(label)
            line.addWidget(label)
            line.addWidget(combo)
            line.addSpacing(Space.M)
        line.addStretch()
        self.table = QTableWidget()
        self.table.setAccessibleName(self.tr("First rows of the file"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.columns: list[DropDown] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(line)
        layout.addWidget(self.table, 1)

    def show_run(self, run: ImportRun) -> None:
        """The file as it is read now."""
        self.setEnabled(not run.busy)
        if run.preview is not None and run.preview is not self._shown:
            self._shown = run.preview
            self._show_reading(run.preview)
            self._show_rows(run.preview, run.mapping)

    def _show_reading(self, preview: ImportPreview) -> None:
        is_csv = preview.format is FileFormat.CSV
        for number, (label, combo) in enumerate(
            zip(self._labels, (self.encoding, self.delimiter, self.sheet), strict=True)
        ):
            label.setVisible(is_csv == (number < 2))
            combo.setVisible(is_csv == (number < 2))
        found = preview.encoding or ""
        encodings = _ENCODINGS if found in _ENCODINGS else (found, *_ENCODINGS)
        _fill(self.encoding, {each: each for each in encodings}, found)
        names = {",": self.tr("Comma"), ";": self.tr("Semicolon"), "\t": self.tr("Tab"), "|": self.tr("Bar")}
        _fill(self.delimiter, names, preview.delimiter or "")
        _fill(self.sheet, {each: each for each in preview.sheets}, preview.sheet or "")

    def _show_rows(self, preview: ImportPreview, mapping: Mapping[LeadField, int]) -> None:
        fields = {column: field for field, column in mapping.items()}
        width = min(_MOST_COLUMNS, len(preview.columns))
        self.table.clear()
        self.table.setColumnCount(width)
        self.table.setRowCount(1 + len(preview.rows))
        self.table.setHorizontalHeaderLabels(list(preview.columns[:width]))
        self.table.setRowHeight(0, CONTROL_HEIGHT + 2 * Space.XS)
        self.columns = []
        for column in range(width):
            combo = DropDown()
            combo.setAccessibleName(self.tr("Column {0} holds").format(preview.columns[column] or column + 1))
            combo.addItem(self.tr("Not imported"), None)
            for field, name in field_names().items():
                combo.addItem(name, field)
            combo.setCurrentIndex(max(0, combo.findData(fields.get(column))) if column in fields else 0)
            combo.activated.connect(lambda _, column=column: self._on_field_chosen(column))
            self.columns.append(combo)
            frame = QWidget()
            inside = QHBoxLayout(frame)
            inside.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
            inside.addWidget(combo)
            self.table.setCellWidget(0, column, frame)
            self.table.setColumnWidth(column, max(_COLUMN_WIDTH, 720 // max(1, width)))
        for before, after in pairwise((self.table, *self.columns)):
            self.setTabOrder(before, after)
        for y, row in enumerate(preview.rows, start=1):
            for x, value in enumerate(row[:width]):
                self.table.setItem(y, x, _cell(value))

    def _on_reading_chosen(self) -> None:
        if self._shown is None:
            return
        if self._shown.format is FileFormat.XLSX:
            reading = ImportReading(sheet=self.sheet.currentData())
        else:
            reading = ImportReading(encoding=self.encoding.currentData(), delimiter=self.delimiter.currentData())
        self.reading_changed.emit(reading)

    def _on_field_chosen(self, chosen: int) -> None:
        """A field comes from one column: whichever had it before has it no more."""
        field = self.columns[chosen].currentData()
        for column, combo in enumerate(self.columns):
            if field is not None and column != chosen and combo.currentData() == field:
                combo.setCurrentIndex(0)
        mapping = {combo.currentData(): column for column, combo in enumerate(self.columns)}
        mapping.pop(None, None)
        self.mapping_changed.emit(mapping)


class CheckStep(QWidget):
    """What the import would do."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        self.problems = ProblemList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.numbers)
        layout.addWidget(self.problems, 1)

    def show_run(self, run: ImportRun) -> None:
        """The counts and the refused rows."""
        if run.check is None:
            return
        self.numbers.show_numbers(
            {
                self.tr("Rows in the file"): run.check.rows,
                self.tr("Would be imported"): run.check.importable,
                self.tr("Come twice in the file"): run.check.duplicates_in_file,
                self.tr("Are there already"): run.check.already_there,
                self.tr("Cannot be used"): run.check.refused,
            }
        )
        self.problems.show_problems(run.check.problems, run.check.refused)


class ProgressStep(QWidget):
    """How far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Rows imported"))
        self.label = QLabel()
        self.note = QLabel()
        self.note.setWordWrap(True)
        mark(self.note, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addStretch()
        for widget in (self.label, self.bar, self.note):
            layout.addWidget(widget)
        layout.addStretch(2)

    def show_run(self, run: ImportRun) -> None:
        """Rows done of all."""
        progress = run.progress
        if progress is None:
            return
        undoing = progress.state is ImportState.UNDOING
        self.bar.setRange(0, 0 if undoing or not progress.total else progress.total)
        self.bar.setValue(progress.done)
        locale = QLocale()
        text = self.tr("{0} of {1} rows ({2}%)").format(
            locale.toString(progress.done),
            locale.toString(progress.total),
            progress.done * 100 // max(1, progress.total),
        )
        self.label.setText(self.tr("Taking the leads away again…") if undoing else text)
        self.note.setText(
            self.tr("The connection is lost. The server goes on; this picks up when it is back.")
            if run.reconnecting
            else self.tr("You can close this window: the server goes on by itself.")
        )


class ResultStep(QWidget):
    """What came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.problems = ProblemList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.message)
        layout.addWidget(self.numbers)
        layout.addWidget(self.problems, 1)

    def show_run(self, run: ImportRun) -> None:
        """The counts and the refused rows."""
        progress = run.progress
        if progress is None:
            return
        message = worded(progress.sentence) or progress.message
        self.message.setText(message)
        self.message.setVisible(bool(message))
        undone = progress.state is ImportState.UNDONE
        numbers = {
            self.tr("Rows in the file"): progress.total,
            self.tr("Imported"): progress.imported,
            self.tr("Were there already"): progress.duplicates,
            self.tr("Could not be used"): progress.refused,
        }
        self.numbers.show_numbers({self.tr("Leads taken away again"): progress.removed} if undone else numbers)
        self.numbers.setVisible(progress.state is not ImportState.FAILED or progress.imported > 0)
        self.problems.show_problems(() if undone else run.problems, 0 if undone else progress.refused)


class Numbers(QFrame):
    """A few numbers and what they count."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, "status")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._grid.setHorizontalSpacing(Space.XL)
        self._grid.setVerticalSpacing(Space.XS)
        self._labels: list[QLabel] = []
        self.texts: dict[str, str] = {}

    def show_numbers(self, numbers: Mapping[str, int]) -> None:
        """Side by side."""
        texts = {name: QLocale().toString(number) for name, number in numbers.items()}
        if texts == self.texts:
            return
        self.texts = texts
        for label in self._labels:
            self._grid.removeWidget(label)
            label.deleteLater()
        self._labels.clear()
        for column, (name, text) in enumerate(texts.items()):
            number, caption = QLabel(text), QLabel(name)
            mark(number, "title")
            mark(caption, "caption")
            caption.setWordWrap(True)
            self._grid.addWidget(number, 0, column)
            self._grid.addWidget(caption, 1, column, Qt.AlignmentFlag.AlignTop)
            self._grid.setColumnStretch(column, 1)
            self._labels += (number, caption)


class ProblemList(QWidget):
    """Rows that are refused, and why; to be saved as CSV."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = QLabel()
        mark(self.heading, "strong")
        columns = {self.tr("Row"): 70, self.tr("Value"): 240, self.tr("Reason"): 0}
        self.table = RowsTable(self.tr("Rows that cannot be used"), columns)
        self.save_button = QPushButton(self.tr("Save as CSV…"))
        mark(self.save_button, "link")
        self.save_button.clicked.connect(self.table.ask_where_to_save)
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch()
        head.addWidget(self.save_button)
        self._inside = QWidget()
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._inside)

    def show_problems(self, problems: tuple[ImportProblem, ...], total: int) -> None:
        """The first of ``total``."""
        self._inside.setVisible(bool(problems))
        rows = [(str(each.line), each.value, each.reason) for each in problems]
        if rows != self.table.rows.rows:
            self.table.rows.set_rows(rows)
        number = QLocale().toString(total)
        text = self.tr("1 row cannot be used") if total == 1 else self.tr("{0} rows cannot be used").format(number)
        if total > len(problems):
            text += self.tr(", the first {0} are listed").format(QLocale().toString(len(problems)))
        self.heading.setText(text)


def field_names() -> dict[LeadField, str]:
    """For people."""
    translate = QCoreApplication.translate
    return {
        LeadField.EMAIL: translate("LeadField", "Email"),
        LeadField.NAME: translate("LeadField", "Name"),
        LeadField.FIRST_NAME: translate("LeadField", "First name"),
        LeadField.LAST_NAME: translate("LeadField", "Last name"),
        LeadField.COMPANY: translate("LeadField", "Company"),
        LeadField.PHONE: translate("LeadField", "Phone"),
    }


def _fill(combo: DropDown, names: Mapping[str, str], current: str) -> None:
    combo.clear()
    for value, name in names.items():
        combo.addItem(name, value)
    combo.setCurrentIndex(max(0, combo.findData(current)))


def _cell(text: str) -> QTableWidgetItem:
    """With its text in full when pointed at."""
    cell = QTableWidgetItem(text)
    cell.setToolTip(text)
    return cell
