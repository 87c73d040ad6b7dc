"""Requests over HTTP, and whatever is answered to them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.system.processes import ServerProcess
from tests.waiting import LIMIT


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer, refused or not."""

    status: int
    body: Any
    headers: dict[str, str]

    def assert_refused(self, status: int, code: str) -> None:
        """It has the documented form."""
        assert (self.status, self.body.get("code")) == (status, code), self
        assert set(self.body) == {"code", "message", "sentence", "details"}
        assert isinstance(self.body["message"], str)
        assert self.body["message"]
        assert isinstance(self.body["details"], dict)


class Api:
    """Requests to a service, as of a client that may be a bad one."""

    def __init__(self, server: ServerProcess, token: str) -> None:
        self._server = server
        self.token = token

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = "",
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request with the admin's token, another one, or (None) without."""
        request = urllib.request.Request(self._server.url + path, method=method)
        token = self.token if token == "" else token
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            request.add_header("Content-Type", "application/json")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, content, timeout=LIMIT) as response:
                return _answer(response.status, response.read(), dict(response.headers))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return _answer(refusal.code, refusal.read(), dict(refusal.headers))

    def leads(self, **query: Any) -> Answer:
        """A page of leads."""
        return self.ask("GET", f"/api/leads?{urlencode(query, doseq=True)}")

    def upload(self, content: bytes, *, boundary: str = "b") -> Answer:
        """A file of leads."""
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="leads.csv"\r\n\r\n'.encode()
        body = part + content + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.ask("POST", "/api/leads/import", content=body, headers=kind)


def _answer(status: int, content: bytes, headers: dict[str, str]) -> Answer:
    is_json = headers.get("content-type") == "application/json"
    return Answer(status, json.loads(content) if is_json and content else content.decode() or None, headers)
