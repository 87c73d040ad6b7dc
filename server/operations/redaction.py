"""What is never written down: secrets that are known, and whatever has the form of one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

HIDDEN = "•••"
#: In the place of a new user's password.
MASK = "•••••-•••••-•••••"

#: A new user's password as they are issued (see :mod:`server.activation.passwords`), whatever case a template or a mail
#: server has given it.
_ISSUED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){2}(?![A-Za-z0-9])")
#: The password within an address (RFC 3986, 3.2.1).
_WITHIN_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s:/?#@]*):([^\s/?#]+)@")
_NAMES = r"password|passwd|secret|token|authorization|credentials|master_?key"
#: A header, field or parameter that carries a secret, and what follows it.
_FIELD = re.compile(
    rf"""(?i)((?:{_NAMES})["']?\s*[=:]\s*(?:bearer\s+|basic\s+)?|\bbearer\s+)("[^"]*"|'[^']*'|[^\s"',;&}}]+)"""
)
_NAMED = re.compile(rf"(?i)(?:{_NAMES})$")
_SHORTEST = 6  # characters; anything shorter is found in any text

_hidden: set[str] = set()


def hide(secrets: Iterable[str]) -> None:
    """Never let these through, nor the passwords within them where they are addresses."""
    for secret in secrets:
        within = [found[2] for found in _WITHIN_ADDRESS.finditer(secret)]
        for text in (secret, *within, *map(unquote, within)):
            if len(text) >= _SHORTEST:
                _hidden.add(text)


def without_secrets(text: str) -> str:
    """The text with secrets blacked out."""
    for secret in sorted(_hidden, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _WITHIN_ADDRESS.sub(rf"\1:{HIDDEN}@", text)
    return mask_passwords(_FIELD.sub(rf"\1{HIDDEN}", text))


def is_secret(name: str) -> bool:
    """Whether what goes by this name is not to be seen, whatever it is."""
    return _NAMED.search(name) is not None


def mask_passwords(text: str) -> str:
    """The text with a mask for everything that has the form of a new user's password."""
    return _ISSUED.sub(MASK, text)
