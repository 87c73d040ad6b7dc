"""How an access token is shown to a mail server, whatever the protocol around it.

Sources: RFC 7628 (OAUTHBEARER), Google's "OAuth 2.0 mechanism" (XOAUTH2, which Microsoft has taken over).
"""

from __future__ import annotations

import base64
import binascii
import json

XOAUTH2 = "xoauth2"
OAUTHBEARER = "oauthbearer"

#: What a client has to say to the reason of a refusal, so that the refusal itself comes (RFC 7628, 3.2.3).
ACKNOWLEDGED = {XOAUTH2: b"", OAUTHBEARER: b"\x01"}
#: Of the reason: its members that people can do something with.
_TOLD = ("status", "error", "error_description", "schemes", "scope")


def response(kind: str, *, user: str, token: str, host: str, port: int) -> bytes:
    """The client's first message."""
    if kind == XOAUTH2:
        return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
    name = user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801, 4
    return f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01".encode()


def reason(challenge: str) -> str:
    """What a server gives as the reason of a refusal: JSON in base64; empty where it is something else."""
    try:
        told = json.loads(base64.b64decode(challenge, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    return ", ".join(f"{name} {told[name]}" for name in _TOLD if isinstance(told.get(name), str | int))
