"""What the service tells everybody: that it is there, and in which version."""

from __future__ import annotations

from typing import Final, Literal

from server.contract import Answer

SERVICE: Final = "activation-desk"


class Health(Answer):
    """``GET /healthz``: the process lives. A desktop knows by it that this is the server it looks for."""

    status: Literal["ok"] = "ok"
    service: Literal["activation-desk"] = SERVICE
    version: str
