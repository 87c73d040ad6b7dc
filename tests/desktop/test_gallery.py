"""The command that takes the pictures, on one of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImageReader

from tests.desktop.gallery.__main__ import main


def test_pictures_of_a_dialog_are_taken_and_shown_on_a_sheet(tmp_path: Path) -> None:
    main(["--out", str(tmp_path), "--only", "dialog-closing"])

    pictures = {path.name: QImageReader(str(path)).size() for path in tmp_path.glob("*.png")}
    wanted = {
        f"dialog-closing_1_1280x800_{scheme}_{scaling}.png" for scheme in ("light", "dark") for scaling in (100, 200)
    }
    assert set(pictures) == wanted
    once, twice = (pictures[f"dialog-closing_1_1280x800_light_{scaling}.png"] for scaling in (100, 200))
    assert twice == once * 2
    sheet = (tmp_path / "index.html").read_text()
    assert all(f'src="{name}"' in sheet for name in wanted)
