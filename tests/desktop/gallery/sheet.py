"""The contact sheet: every picture, small, by scene."""

from __future__ import annotations

import html
from collections import defaultdict
from pathlib import Path

_STYLE = """
body { font: 14px system-ui, sans-serif; margin: 24px; background: #f5f6f8; color: #16181d; }
h2 { margin: 32px 0 8px; font-size: 17px; }
section { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
figure { margin: 0; width: 300px; }
img { width: 100%; border: 1px solid #d5d9e0; border-radius: 6px; display: block; }
figcaption { color: #5b6270; font-size: 12px; margin-top: 4px; }
"""


def write(directory: Path) -> Path:
    """``index.html`` beside the pictures that are there."""
    scenes: dict[str, list[Path]] = defaultdict(list)
    for picture in sorted(directory.glob("*_*_*_*_*.png")):
        scenes[picture.name.split("_")[0]].append(picture)
    parts = [f"<section>{''.join(map(_figure, pictures))}</section>" for pictures in scenes.values()]
    body = "".join(f"<h2>{html.escape(name)}</h2>{part}" for name, part in zip(scenes, parts, strict=True))
    sheet = directory / "index.html"
    sheet.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Activation Desk</title><style>{_STYLE}</style>'
        f"<h1>Activation Desk: {sum(map(len, scenes.values()))} pictures</h1>{body}</html>",
        encoding="utf-8",
    )
    return sheet


def _figure(picture: Path) -> str:
    _, rows, size, scheme, scaling = picture.stem.split("_")
    name = html.escape(picture.name)
    caption = f"{int(rows):,} rows, {size.replace('x', ' × ')}, {scheme}, {scaling} %"
    return (
        f'<figure><a href="{name}"><img src="{name}" alt="" loading="lazy"></a>'
        f"<figcaption>{caption}</figcaption></figure>"
    )
