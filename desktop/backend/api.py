"""The server's HTTP routes, one method each. Payloads are those of :mod:`server.contract`."""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from pydantic import BaseModel

from desktop.backend.answers import is_refusal, refusal, understood
from desktop.backend.device import device_name
from desktop.backend.errors import DeskError, LoggedOut, Refused, Unreachable
from desktop.backend.trust import connector, refuse_in_the_clear, untrusted
from desktop.wording.system import reason_of
from desktop.wording.troubles import Trouble
from server.contract import (
    Activation,
    ActivationPreview,
    ActivationRequest,
    Admin,
    AdminAccount,
    AuditCheck,
    AuditEntry,
    AuditFilter,
    CapturedEmail,
    Changed,
    ChosenLeads,
    EmailEvent,
    EmailSelection,
    EmailState,
    EmailTemplate,
    FailureGroup,
    Import,
    ImportCheck,
    ImportPlan,
    ImportPreview,
    ImportProblem,
    ImportReading,
    Lead,
    LeadDetails,
    LeadFilter,
    LeadSort,
    LoginSession,
    OneTimePassword,
    Page,
    PauseRequest,
    Presence,
    PreviewRequest,
    QueuedEmail,
    Role,
    RoleChange,
    Selection,
    Service,
    SkippedLead,
    TemplatePreview,
    TemplateReset,
    TemplateSave,
    TemplateState,
    TemplateTry,
    TemplateVersion,
    Throughput,
    ThroughputSpan,
    Token,
    TrialResult,
    User,
    UserSort,
)

Answer = TypeVar("Answer")

_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)
_LOOK_TIMEOUT = aiohttp.ClientTimeout(total=2)
_LONG_TIMEOUT = aiohttp.ClientTimeout(total=300, connect=5)
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=600, connect=5)


class Api:
    """Asks the server. Every method raises :class:`Unreachable`, :class:`LoggedOut` or :class:`Refused`."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url.rstrip("/")
        #: Shown with every request; None: not logged in.
        self.token: str | None = None
        #: Told, with the server's sentence, when the server does not accept the present token any more.
        self.token_refused: Callable[[str], None] = lambda _: None
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def login(self, username: str, password: str, device: str | None = None) -> Token:
        """Name and password for a token; keeps nothing. ``device``: what an earlier login was answered as such."""
        body = {"username": username, "password": password, "device": device}
        return await self._ask("POST", "/api/login", Token, body)

    async def change_password(self, current: str, new: str) -> None:
        """Another password for whoever is logged in; their other logins end."""
        await self._ask("POST", "/api/password", type(None), {"current": current, "new": new})

    async def logout(self) -> None:
        """End this login on the server."""
        await self._ask("POST", "/api/logout", type(None))

    async def is_ready(self) -> bool:
        """Whether the server can be used; no answer, or a strange one, means that it cannot."""
        try:
            async with self._request("GET", "/readyz", query=None, timeout=_LOOK_TIMEOUT) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def me(self) -> Admin:
        """Who is logged in."""
        return await self._ask("GET", "/api/me", Admin)

    async def service(self) -> Service:
        """How the server is set up."""
        return await self._ask("GET", "/api/service", Service)

    async def logins(self, admin_id: str | None = None) -> tuple[LoginSession, ...]:
        """Where an admin (None: oneself) is logged in, the last used first."""
        return await self._ask("GET", _logins_of(admin_id), tuple[LoginSession, ...])

    async def end_login(self, login_id: str, admin_id: str | None = None) -> None:
        """End one of them."""
        await self._ask("DELETE", f"{_logins_of(admin_id)}/{login_id}", type(None))

    async def end_logins(self, admin_id: str | None = None) -> None:
        """End all of them; of one's own, all but this one."""
        query = [("keepThis", "true")] if admin_id is None else None
        await self._ask("DELETE", _logins_of(admin_id), type(None), query=query)

    async def admins(self) -> tuple[AdminAccount, ...]:
        """All of them by name, disabled ones too."""
        return await self._ask("GET", "/api/admins", tuple[AdminAccount, ...])

    async def add_admin(self, username: str, role: Role) -> OneTimePassword:
        """Somebody who shall be able to log in."""
        return await self._ask("POST", "/api/admins", OneTimePassword, {"username": username, "role": role})

    async def disable_admin(self, admin_id: str) -> None:
        """Let them log in no more."""
        await self._ask("POST", f"/api/admins/{admin_id}/disable", Admin)

    async def enable_admin(self, admin_id: str) -> None:
        """Let them log in again."""
        await self._ask("POST", f"/api/admins/{admin_id}/enable", Admin)

    async def reset_admin(self, admin_id: str) -> OneTimePassword:
        """Another password for one login."""
        return await self._ask("POST", f"/api/admins/{admin_id}/reset", OneTimePassword)

    async def change_role(self, admin_id: str, role: Role) -> None:
        """What they may do from now on."""
        await self._ask("POST", f"/api/admins/{admin_id}/role", Admin, RoleChange(role=role))

    async def leads(
        self, leads: LeadFilter, *, sort: LeadSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[Lead]:
        """One page of the leads that match."""
        query = [("search", leads.search), ("sort", sort.value), ("descending", str(descending).lower())]
        query += [("status", status.value) for status in leads.status]
        return await self._ask("GET", "/api/leads", Page[Lead], query=query + _page(after, skip, limit))

    async def chosen_leads(
        self, chosen: ChosenLeads, *, sort: LeadSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[Lead]:
        """One page of the chosen leads that a list shows, or of the others."""
        query = [("sort", sort.value), ("descending", str(descending).lower()), *_page(after, skip, limit)]
        return await self._ask("POST", "/api/leads/chosen", Page[Lead], chosen, query=query)

    async def lead(self, lead_id: str) -> LeadDetails:
        """One lead, and what has happened to it."""
        return await self._ask("GET", f"/api/leads/{lead_id}", LeadDetails)

    async def export_leads(self, leads: LeadFilter, path: Path, *, sort: LeadSort, descending: bool) -> None:
        """All leads that match as CSV, into a file that is there in whole or not at all."""
        query = [("search", leads.search), ("sort", sort.value), ("descending", str(descending).lower())]
        query += [("status", status.value) for status in leads.status]
        await self._download("/api/leads/export.csv", query, path)

    async def upload(self, path: Path) -> ImportPreview:
        """A file of leads, kept for a day; what it looks like. Raises :class:`Refused` also when it cannot be read."""
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise Refused(Trouble.UNREADABLE, file=str(path), reason=reason_of(error)) from error
        form = aiohttp.FormData()
        # As a file: bytes that many would be sent in one piece, in which the window stands still.
        form.add_field("file", io.BytesIO(content), filename=path.name, content_type="application/octet-stream")
        return await self._ask("POST", "/api/imports", ImportPreview, form, timeout=_FILE_TIMEOUT)

    async def preview_import(self, import_id: str, reading: ImportReading) -> ImportPreview:
        """What the file looks like, read in this way."""
        return await self._ask(
            "POST", f"/api/imports/{import_id}/preview", ImportPreview, reading, timeout=_FILE_TIMEOUT
        )

    async def check_import(self, import_id: str, plan: ImportPlan) -> ImportCheck:
        """What the import would do."""
        return await self._ask("POST", f"/api/imports/{import_id}/check", ImportCheck, plan, timeout=_FILE_TIMEOUT)

    async def start_import(self, import_id: str, plan: ImportPlan) -> Import:
        """Import it; asking again makes no second one."""
        return await self._ask("POST", f"/api/imports/{import_id}/start", Import, plan)

    async def imports(self) -> tuple[Import, ...]:
        """Everybody's, the latest first."""
        return await self._ask("GET", "/api/imports", tuple[Import, ...])

    async def get_import(self, import_id: str) -> Import:
        """How far it is."""
        return await self._ask("GET", f"/api/imports/{import_id}", Import)

    async def import_problems(self, import_id: str) -> tuple[ImportProblem, ...]:
        """The first refused rows."""
        return await self._ask("GET", f"/api/imports/{import_id}/problems", tuple[ImportProblem, ...])

    async def stop_import(self, import_id: str) -> Import:
        """Let it end after the rows in hand."""
        return await self._ask("POST", f"/api/imports/{import_id}/stop", Import)

    async def undo_import(self, import_id: str) -> Import:
        """Take the leads away again."""
        return await self._ask("POST", f"/api/imports/{import_id}/undo", Import)

    async def users(
        self, search: str, *, online: bool, sort: UserSort, descending: bool, after: str | None, skip: int, limit: int
    ) -> Page[User]:
        """One page of the users that match."""
        query = [("search", search), ("sort", sort.value), ("descending", str(descending).lower())]
        query.append(("online", str(online).lower()))
        return await self._ask("GET", "/api/users", Page[User], query=query + _page(after, skip, limit))

    async def export_users(self, search: str, path: Path, *, online: bool, sort: UserSort, descending: bool) -> None:
        """All users that match as CSV, as :meth:`export_leads`."""
        query = [("search", search), ("sort", sort.value), ("descending", str(descending).lower())]
        await self._download("/api/users/export.csv", [*query, ("online", str(online).lower())], path)

    async def export_emails(self, state: EmailState, search: str, path: Path) -> None:
        """All emails in that state that match as CSV, as :meth:`export_leads`."""
        await self._download("/api/queue/emails/export.csv", [("state", state.value), ("search", search)], path)

    async def audit(self, entries: AuditFilter, *, after: str | None, skip: int, limit: int) -> Page[AuditEntry]:
        """One page of the audit log, the latest first."""
        query = _audit_query(entries) + _page(after, skip, limit)
        return await self._ask("GET", "/api/audit", Page[AuditEntry], query=query)

    async def export_audit(self, entries: AuditFilter, path: Path) -> None:
        """All entries that match as CSV, as :meth:`export_leads`."""
        await self._download("/api/audit/export.csv", _audit_query(entries), path)

    async def audit_check(self) -> AuditCheck:
        """Whether the audit log is what was written down, as the server found last."""
        return await self._ask("GET", "/api/audit/verification", AuditCheck)

    async def verify_audit(self) -> AuditCheck:
        """Let the server look through all of it now."""
        return await self._ask("POST", "/api/audit/verification", AuditCheck)

    async def preview_activation(
        self, selection: Selection, listed: LeadFilter | None = None, not_before: datetime | None = None
    ) -> ActivationPreview:
        """What an activation would do; ``listed``: what the list behind the question shows."""
        request = PreviewRequest(selection=selection, listed=listed or LeadFilter(), not_before=not_before)
        return await self._ask("POST", "/api/activations/preview", ActivationPreview, request)

    async def activate(self, selection: Selection, request_id: str, not_before: datetime | None = None) -> Activation:
        """Ask for an activation; asking again with the same id makes no second one."""
        request = ActivationRequest(selection=selection, request_id=request_id, not_before=not_before)
        return await self._ask("POST", "/api/activations", Activation, request)

    async def activations(self, *, running: bool) -> tuple[Activation, ...]:
        """The latest first."""
        query = [("running", str(running).lower())]
        return await self._ask("GET", "/api/activations", tuple[Activation, ...], query=query)

    async def activation(self, activation_id: str) -> Activation:
        """How far it is."""
        return await self._ask("GET", f"/api/activations/{activation_id}", Activation)

    async def stop_activation(self, activation_id: str) -> Activation:
        """End it after the leads in hand."""
        return await self._ask("POST", f"/api/activations/{activation_id}/stop", Activation)

    async def skipped(self, activation_id: str) -> tuple[SkippedLead, ...]:
        """Who did not become a user, and why."""
        return await self._ask("GET", f"/api/activations/{activation_id}/skipped", tuple[SkippedLead, ...])

    async def queue_emails(
        self,
        state: EmailState,
        *,
        search: str,
        after: str | None,
        skip: int,
        limit: int,
        cause: str | None = None,
        held: bool | None = None,
        bounced: bool | None = None,
    ) -> Page[QueuedEmail]:
        """One page of the emails in that state; failed ones of a cause, held or not, come back or not (None: all)."""
        query = [("state", state.value), ("search", search), *_page(after, skip, limit)]
        if cause is not None:
            query.append(("cause", cause))
        if held is not None:
            query.append(("held", str(held).lower()))
        if bounced is not None:
            query.append(("bounced", str(bounced).lower()))
        return await self._ask("GET", "/api/queue/emails", Page[QueuedEmail], query=query)

    async def pause(self, reason: str = "", until: datetime | None = None) -> None:
        """Send nothing until resumed, or until then; why, for the other admins."""
        await self._ask("POST", "/api/queue/pause", type(None), PauseRequest(reason=reason, until=until))

    async def resume(self) -> None:
        """Send again."""
        await self._ask("POST", "/api/queue/resume", type(None))

    async def try_now(self) -> None:
        """Try blocked accounts at once."""
        await self._ask("POST", "/api/queue/try-now", type(None))

    async def failures(self) -> tuple[FailureGroup, ...]:
        """Failed and held emails by cause, the most frequent first."""
        return await self._ask("GET", "/api/queue/failures", tuple[FailureGroup, ...])

    async def throughput(self, span: ThroughputSpan) -> Throughput:
        """What became of emails, period by period."""
        return await self._ask("GET", "/api/queue/throughput", Throughput, query=[("span", span.value)])

    async def email_history(self, email_id: str) -> tuple[EmailEvent, ...]:
        """Everything known of one email, the oldest first."""
        return await self._ask("GET", f"/api/queue/emails/{email_id}/history", tuple[EmailEvent, ...])

    async def captured_email(self, email_id: str) -> CapturedEmail:
        """A sent email as the server's local mailbox keeps it."""
        return await self._ask("GET", f"/api/mailbox/{email_id}", CapturedEmail)

    async def act_on_emails(self, action: str, selection: EmailSelection) -> Changed:
        """``action``: retry, hold, release or discard."""
        return await self._ask("POST", f"/api/queue/emails/{action}", Changed, selection, timeout=_LONG_TIMEOUT)

    async def correct_email(self, email_id: str, address: str) -> None:
        """Send it to another address."""
        await self._ask("POST", f"/api/queue/emails/{email_id}/correct", type(None), {"email": address})

    async def template(self) -> TemplateState:
        """The template in use."""
        return await self._ask("GET", "/api/template", TemplateState)

    async def template_versions(self) -> tuple[TemplateVersion, ...]:
        """Those that are kept, the latest first."""
        return await self._ask("GET", "/api/template/versions", tuple[TemplateVersion, ...])

    async def save_template(self, template: EmailTemplate, *, based_on: int) -> TemplateState:
        """Use it from now on."""
        return await self._ask(
            "POST", "/api/template", TemplateState, TemplateSave(template=template, based_on=based_on)
        )

    async def reset_template(self, *, based_on: int) -> TemplateState:
        """Back to what comes with the program."""
        return await self._ask("POST", "/api/template/reset", TemplateState, TemplateReset(based_on=based_on))

    async def preview_template(self, template: EmailTemplate) -> TemplatePreview:
        """The email to somebody made up."""
        return await self._ask("POST", "/api/template/preview", TemplatePreview, TemplateTry(template=template))

    async def test_send(self, to: str, template: EmailTemplate) -> TrialResult:
        """Send it right now, and hear what the mail server says."""
        body = {"to": to, "template": template.model_dump(mode="json")}
        return await self._ask("POST", "/api/template/test-send", TrialResult, body, timeout=_LONG_TIMEOUT)

    async def presence(self) -> Presence:
        """Who is online."""
        return await self._ask("GET", "/api/presence", Presence)

    async def _download(self, path: str, query: list[tuple[str, str]], target: Path) -> None:
        """Into a file beside the target, which takes its place when it is whole."""
        part = target.with_name(f".{target.name}.part")
        token = self.token
        try:
            with await asyncio.to_thread(part.open, "wb") as file:
                async with self._request("GET", path, query=query, timeout=_FILE_TIMEOUT) as response:
                    if is_refusal(response.status):
                        raise self._refused(response.status, await response.read(), token)
                    async for chunk in response.content.iter_chunked(2**16):
                        await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(part.replace, target)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._unreachable(error) from error
        except OSError as error:
            raise Refused(Trouble.NOT_SAVED, file=str(target), reason=reason_of(error)) from error
        finally:
            with suppress(OSError):  # a folder that cannot be written to holds no part either
                part.unlink(missing_ok=True)

    async def _ask(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        body: BaseModel | dict[str, Any] | aiohttp.FormData | None = None,
        *,
        query: list[tuple[str, str]] | None = None,
        timeout: aiohttp.ClientTimeout = _TIMEOUT,
    ) -> Answer:
        headers = {}
        data: Any = body
        if isinstance(body, BaseModel):
            data = body.model_dump_json()
            headers["Content-Type"] = "application/json"
        elif isinstance(body, dict):
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        token = self.token
        try:
            async with self._request(
                method, path, query=query, data=data, headers=headers, timeout=timeout
            ) as response:
                content = await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(error) from error
        if is_refusal(status):
            raise self._refused(status, content, token)
        return understood(self.server_url, status, content, answer, asked=f"{method} {path}")

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        timeout: aiohttp.ClientTimeout,
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        refuse_in_the_clear(self.server_url)
        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=connector(self.server_url), headers={"User-Agent": device_name()}
            )
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self._http.request(
            method,
            self.server_url + path,
            params=query,
            data=data,
            headers={**shown, **(headers or {})},
            timeout=timeout,
            allow_redirects=False,  # whoever is pointed to would be told the password
        )

    def _unreachable(self, error: Exception) -> DeskError:
        if isinstance(error, aiohttp.ClientConnectorCertificateError) and isinstance(
            error.certificate_error, ssl.SSLCertVerificationError
        ):
            return untrusted(self.server_url, error.certificate_error)
        details = f"{type(error).__name__}: {error}"
        return Unreachable(Trouble.UNREACHABLE, details=details, server=self.server_url)

    def _refused(self, status: int, content: bytes, token: str | None) -> DeskError:
        error = refusal(self.server_url, status, content)
        if isinstance(error, LoggedOut) and token is not None and token == self.token:
            self.token_refused(error.message)
        return error


def _logins_of(admin_id: str | None) -> str:
    return "/api/sessions" if admin_id is None else f"/api/admins/{admin_id}/sessions"


def _audit_query(entries: AuditFilter) -> list[tuple[str, str]]:
    query = [("action", entries.action), ("by", entries.by), ("search", entries.search)]
    query += [("phrase", code) for code in entries.phrases] + [("named", action) for action in entries.actions]
    return query if entries.result is None else [*query, ("result", entries.result.value)]


def _page(after: str | None, skip: int, limit: int) -> list[tuple[str, str]]:
    query = [("skip", str(skip)), ("limit", str(limit))]
    return [*query, ("after", after)] if after is not None else query
