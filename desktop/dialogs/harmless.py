"""HTML that comes from elsewhere, without whatever makes Qt open a file or an address.

Made anew piece by piece, of what is known to be harmless: so nothing can be hidden in how it is written.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

#: Left out with all that is in them, or standing alone for something that would be loaded.
_LEFT_OUT = frozenset({"script", "noscript", "object", "iframe", "frameset", "audio", "video", "svg"})
_NOT_SAID = frozenset({"link", "base", "meta", "embed", "frame", "source", "track", "param"})
_ATTRIBUTES = frozenset(
    {
        *(
            "align",
            "alt",
            "bgcolor",
            "border",
            "bordercolor",
            "cellpadding",
            "cellspacing",
            "class",
            "color",
            "colspan",
        ),
        *("dir", "face", "height", "href", "id", "lang", "name", "rowspan", "size", "start", "style", "title", "type"),
        *("valign", "width"),
    }
)
_BY_ADDRESS = re.compile(r"url\s*\(|image-set\s*\(|image\s*\(|src\s*\(", re.IGNORECASE)

_IMPORT = re.compile(r"@\s*import", re.IGNORECASE)


def harmless(html: str) -> str:
    """The same to look at, and nothing to load."""
    anew = _Anew()
    anew.feed(html)
    anew.close()
    return "".join(anew.said)


class _Anew(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._left_out: list[str] = []
        self._in_style = False

    # The names are of the standard library.

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT:
            self._left_out.append(tag)
        if self._left_out or tag in _NOT_SAID or not tag.isalnum():
            return
        if tag == "img":  # what is said instead of the picture
            self.said.append(escape(dict(attrs).get("alt") or ""))
            return
        self._in_style = tag == "style"
        said = "".join(
            f' {name}="{escape(_kept(tag, name, value or ""))}"' for name, value in attrs if name in _ATTRIBUTES
        )
        self.said.append(f"<{tag}{said}>")

    def handle_endtag(self, tag: str) -> None:
        if self._left_out:
            if tag == self._left_out[-1]:
                self._left_out.pop()
            return
        self._in_style = False
        if tag.isalnum() and tag not in _NOT_SAID:
            self.said.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.said.append(_style(data).replace("<", "") if self._in_style else escape(data, quote=False))


def _kept(tag: str, name: str, value: str) -> str:
    if name == "style":
        return _style(value)
    return value if name != "href" or tag == "a" else ""


def _style(css: str) -> str:
    """Without addresses: first without what they could be hidden by."""
    return _IMPORT.sub("@none", _BY_ADDRESS.sub("none(", css.replace("\\", "")))
