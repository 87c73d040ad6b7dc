"""What is never written down: secrets that are known, and whatever has the form of one."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import unescape
from urllib.parse import unquote

HIDDEN = "•••"
#: In the place of a new user's password.
MASK = "•••••-•••••-•••••"

#: What stands between the groups of a password, also as HTML, addresses and quoted-printable write it (RFC 3986, 2045).
_DASH = r"(?:-|&#0*45;|&#x0*2d;|&hyphen;|&dash;|%2D|=2D)"
#: What passwords are made of, whatever case a template or a mail server has given them.
_LETTER = "[a-hj-np-z2-46-9]"
#: A new user's password as they are issued (see :mod:`server.activation.passwords`), whatever letters touch it. Where
#: more groups follow, any three of them may be it. Standing alone it need not be of those letters.
_ISSUED = re.compile(
    rf"{_LETTER}{{5}}(?:{_DASH}{_LETTER}{{5}}){{2,}}"
    rf"|(?<![A-Za-z0-9])[A-Za-z0-9]{{5}}(?:{_DASH}[A-Za-z0-9]{{5}}){{2,}}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
#: Ways to write the same letters in another form.
_DECODERS: tuple[Callable[[str], str], ...] = (unescape, unquote, lambda text: _quoted_printable(text))
#: The password within an address (RFC 3986, 3.2.1).
_WITHIN_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s:/?#@]*):([^\s/?#]+)@")
_NAMES = r"password|passwd|secret|token|authorization|credentials|master_?key"
#: A header, field or parameter that carries a secret, and what follows it.
_FIELD = re.compile(
    rf"""(?i)((?:{_NAMES})["']?\s*[=:]\s*(?:bearer\s+|basic\s+)?|\bbearer\s+)("[^"]*"|'[^']*'|[^\s"',;&}}]+)"""
)
_NAMED = re.compile(rf"(?i)(?:{_NAMES})$")
_SHORTEST = 6  # characters; anything shorter is found in any text

#: How often each was asked to be hidden: what one has done with may be another's still.
_hidden: Counter[str] = Counter()


def hide(secrets: Iterable[str]) -> None:
    """Never let these through, in base64 neither, nor the passwords within them where they are addresses."""
    _hidden.update(text for secret in secrets for text in _to_hide(secret))


def unhide(secrets: Iterable[str]) -> None:
    """These are no secrets any more, as nothing is opened by them; each is to have been hidden once."""
    for text in (text for secret in secrets for text in _to_hide(secret)):
        _hidden[text] -= 1
        if _hidden[text] <= 0:
            del _hidden[text]


def _to_hide(secret: str) -> set[str]:
    within = [found[2] for found in _WITHIN_ADDRESS.finditer(secret)]
    plain = {secret, *within, *map(unquote, within)}
    return {form for text in plain for form in forms_of(text) if len(form) >= _SHORTEST}


def forms_of(secret: str) -> list[str]:
    """The secret, and what base64 makes of it wherever it stands in a longer text, as in the lines of a login.

    Each three bytes become four letters, so there are three ways, by what stands before; letters that depend on what
    stands beside it are left out.
    """
    forms = [secret]
    content = secret.encode("utf-8", "surrogateescape")
    for before in range(3):
        whole = (before + len(content)) // 3 * 3 - before
        letters = base64.b64encode(b"\0" * before + content[:whole]).decode("ascii")
        forms.append(letters[_FOREIGN_LETTERS[before] :])
    return forms


#: How many letters hold bits of so many bytes before.
_FOREIGN_LETTERS = (0, 2, 3)


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
    """The text with a mask for everything that has the form of a new user's password.

    Where that shows only once it is decoded, the text is answered decoded.
    """
    masked = _ISSUED.sub(MASK, text)
    for decoded in _DECODERS:
        plain = decoded(masked)
        if plain != masked and _ISSUED.search(plain):
            return mask_passwords(plain)  # shorter than before, so that comes to an end
    return masked


def _quoted_printable(text: str) -> str:
    """The letters that matter, and lines that were broken."""
    return re.sub(r"=([2-7][0-9A-Fa-f])", lambda found: chr(int(found[1], 16)), re.sub(r"=\r?\n", "", text))
