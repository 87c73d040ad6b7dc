"""What did not go as wished, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QWidget

from desktop.dialogs.dialog import Dialog
from desktop.dialogs.rows import Columns, Rows, RowsTable
from desktop.theme.tokens import Space
from desktop.wording.sentences import worded_or_neutral
from server.contract import SkippedLead


class RowsDialog(Dialog):
    """A list with a heading, to read and to save as CSV."""

    def __init__(self, parent: QWidget | None, title: str, text: str, columns: Columns, rows: Rows) -> None:
        """The last one of the columns takes what is left."""
        super().__init__(parent, title)
        self.resize_to(920, 460)
        self.add_text(text, "muted")
        self.table = RowsTable(title, columns)
        self.table.rows.set_rows(rows)
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.table, 1)
        self.export_button = self.add_button(self.tr("Save as CSV…"))
        self.export_button.clicked.connect(self.table.ask_where_to_save)
        close = self.add_button(self.tr("Close"), primary=True)
        close.clicked.connect(self.accept)


def skipped_dialog(parent: QWidget | None, leads: Sequence[SkippedLead]) -> RowsDialog:
    """The leads that did not become users."""
    translate = QCoreApplication.translate
    columns = {translate("Result", "Email"): 230, translate("Result", "Name"): 140, translate("Result", "Reason"): 0}
    rows = [(lead.email or lead.lead_id, lead.name, worded_or_neutral(lead.sentence)) for lead in leads]
    text = translate("Result", "All others became users. Skipped leads are left as they are.")
    one, many = translate("Result", "1 lead was skipped"), translate("Result", "{0} leads were skipped")
    title = one if len(leads) == 1 else many.format(QLocale().toString(len(leads)))
    return RowsDialog(parent, title, text, columns, rows)
