"""Starts a service of its own, fills it step by step, and has the pictures taken of each step."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.desktop.gallery import sheet
from tests.desktop.gallery.painter import SETS
from tests.desktop.gallery.rows import Rows, fill
from tests.system.processes import ServerProcess

_SCALINGS = (100, 200)
_SCREEN = Path(__file__).parents[1] / "screen.json"  # a usual one: without it, it would be one of 800x800
_SECONDS = 600  # for one painter

#: What is painted of how many rows.
_STEPS = {Rows.NONE: ("pages",), Rows.ONE: ("pages", "states", "sending", "dialogs"), Rows.MANY: ("pages",)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point; exits with what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.desktop.gallery", description="Pictures of every page.")
    parser.add_argument("--out", type=Path, default=Path("build/gallery"), help="where to (default: build/gallery)")
    parser.add_argument("--only", default="", metavar="WORD", help="scenes whose name contains the word")
    parser.add_argument("--language", default="en", choices=("en", "de"), help="of the desktop (default: en)")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    for old in (*given.out.glob("*_*_*_*_*.png"), given.out / "index.html"):
        old.unlink(missing_ok=True)
    started = time.monotonic()
    faults = _paint_all(given.out, given.only, given.language)
    count = len(list(given.out.glob("*.png")))
    if not count:
        sys.exit(f"No scene is called like {given.only!r}.")
    _say(f"{count} pictures in {time.monotonic() - started:.0f} s: {sheet.write(given.out)}")
    if faults:
        sys.exit("\n".join(["English, or cut:", *faults]))


def _paint_all(out: Path, only: str, language: str) -> list[str]:
    """Answers what is wrong with the words on the pictures."""
    faults: list[str] = []
    steps = {
        rows: [of for of in sets if any(only in scene.name for scene in SETS[of][0])] for rows, sets in _STEPS.items()
    }
    with tempfile.TemporaryDirectory() as directory:
        server = ServerProcess(Path(directory) / "data")
        server.start()
        try:
            server.add_admin()
            token = server.login()
            for rows, sets in steps.items():
                if not sets:
                    continue
                fill(server, rows)
                for of in sets:
                    for scaling in _SCALINGS:
                        _say(f"{of} with {rows.value:,} rows at {scaling} %")
                        faults += _paint(server.url, token, of, only, out, rows, scaling, language)
        finally:
            server.end()
    return faults


def _paint(url: str, token: str, of: str, only: str, out: Path, rows: Rows, scaling: int, language: str) -> list[str]:
    command = [sys.executable, "-m", "tests.desktop.gallery.painter", url, of, only, str(out), f"{rows.value}"]
    environment = {
        **os.environ,
        "GALLERY_TOKEN": token,
        "QT_QPA_PLATFORM": f"offscreen:configfile={_SCREEN}",
        "QT_SCALE_FACTOR": f"{scaling / 100:g}",
    }
    command += [f"{scaling}", language]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if result.returncode != 0 or "Traceback" in result.stderr:
        sys.exit(f"The pictures could not be taken:\n{result.stderr}")
    return result.stdout.splitlines()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
