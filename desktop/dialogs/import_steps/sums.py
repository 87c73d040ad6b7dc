"""Where the lines of a file are gone: the same numbers in the same words before and after an import."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from server.contract import Import, ImportCheck, ImportLines


def sum_of_check(check: ImportCheck) -> dict[str, int]:
    """What the import would make of the file."""
    return _sum(check.lines, check.rows, check.importable, check)


def sum_of_import(progress: Import) -> dict[str, int]:
    """What it has made of it; rows that it did not get to are named, too."""
    return _sum(progress.lines, progress.total, progress.imported, progress, left=progress.total - progress.done)


def _sum(
    lines: ImportLines | None, rows: int, imported: int, found: ImportCheck | Import, *, left: int = 0
) -> dict[str, int]:
    """The first is the sum of all others. Of an older server only the rows are known."""
    translate = QCoreApplication.translate
    always = {
        translate("ImportSum", "New leads"): imported,
        translate("ImportSum", "There already"): found.already_there,
        translate("ImportSum", "Twice in the file"): found.duplicates_in_file,
        translate("ImportSum", "Cannot be used"): found.refused,
    }
    sometimes = {translate("ImportSum", "Not read any more"): left}
    if lines is None:
        total = {translate("ImportSum", "Rows in the file"): rows}
    else:
        total = {translate("ImportSum", "Lines in the file"): lines.total}
        sometimes |= {
            translate("ImportSum", "Titles"): lines.header,
            translate("ImportSum", "Above the titles"): lines.above,
            translate("ImportSum", "Further lines of a row"): lines.continued,
            translate("ImportSum", "Empty"): lines.empty,
            translate("ImportSum", "Hidden"): lines.hidden,
        }
    return total | always | {name: number for name, number in sometimes.items() if number}
