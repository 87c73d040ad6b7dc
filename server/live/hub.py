"""Socket.IO: who may listen, and what every connected admin is told.

Whatever changes a row, on this server or another, comes in through the change feed; nothing else in the service talks
to clients. Each announcement is joined (see :class:`Joined`), so a busy queue costs a bounded share of the database.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import socketio
import structlog
from socketio import packet
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused

from server.accounts.login import Login
from server.accounts.permissions import EVENTS, SOCKET, allows, permit
from server.contract import (
    BOUNCES_ALERT,
    Admin,
    AdminsChanged,
    ErrorCode,
    Event,
    ImportState,
    LeadsChanged,
    Phrase,
    Presence,
    Problem,
    QueueAlert,
    SessionEnded,
    Wire,
)
from server.contract.snapshot import Snapshot
from server.errors import DatabaseAway, Forbidden, NotFound, PasswordChangeNeeded, Unauthorized
from server.live.joined import Joined
from server.live.snapshots import Snapshots, queue_status
from server.operations.supervision import keep_running
from server.operations.tasks import run_together
from server.sending_hours import ALWAYS, SendingHours
from server.store.admins import AdminStore
from server.store.changes import Change, ChangeFeed, ChangeKind
from server.store.client import Database
from server.store.imports import ImportStore
from server.store.pulse import Trouble
from server.store.tokens import StoredToken, TokenStore

log = structlog.get_logger(__name__)

HEARTBEAT = 30.0  # seconds between signs of life of connected admins
_HEARTBEATS_PER_USE = 10  # a login that listens is written down as used with each so many of them
MAX_SOCKETS = 20  # of one admin, at one service
INTRODUCTION_SECONDS = 10.0  # in which a client has to say who it is

_MAX_MESSAGE = 64 * 1024  # bytes; clients have nothing to say but who they are

_SNAPSHOT_PAUSE = 0.15  # seconds between two snapshots of the queue at least
_SNAPSHOT_SHARE = 0.15  # of the database's time at most
_PROGRESS_PAUSE = 0.1
_HOURS_LOOK = 60.0  # the database's clock may be set meanwhile
_LEADS_PAUSE = 0.5
_PRESENCE_PAUSE = 0.5
_ACCOUNTS_PAUSE = 0.2


# With a traceback for each packet of a kind that does not exist, whoever sends it.
logging.getLogger("engineio.server").addFilter(lambda record: record.msg != "Unknown receive error")


class _Sockets(socketio.AsyncServer):
    """Hangs up on clients that connect and do not say who they are."""

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)  # type: ignore[misc] # not in the stubs
        asyncio.get_running_loop().call_later(INTRODUCTION_SECONDS, self._expect_introduced, eio_sid)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        """Clients come and go, and have nothing else to say; what is no Socket.IO ends the connection."""
        try:
            said = self.packet_class(encoded_packet=data) if isinstance(data, str) else None  # type: ignore[arg-type] # as it is called by the library
        except Exception as error:  # noqa: BLE001 - the parser stumbles in many ways
            log.info("a client does not speak Socket.IO", reason=f"{type(error).__name__}: {error}"[:200])
            said = None
        if said is None:
            await self._hang_up(eio_sid)
        elif said.packet_type in (packet.CONNECT, packet.DISCONNECT) and eio_sid in self.environ:  # it may have gone
            await super()._handle_eio_message(eio_sid, data)  # type: ignore[misc] # not in the stubs

    def _expect_introduced(self, eio_sid: str) -> None:
        if eio_sid in self.environ and self.manager.sid_from_eio_sid(eio_sid, "/") is None:
            self.start_background_task(self._hang_up, eio_sid)

    async def _hang_up(self, eio_sid: str) -> None:
        """Unlike ``disconnect``, which asks the client to do it."""
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False, abort=True)
            await socket.queue.put(None)


class _App(socketio.ASGIApp):
    """What is no Engine.IO ends the connection, and is nothing unexpected."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except (ValueError, RecursionError) as error:  # the latter from JSON that is nested too deep
            if scope["type"] != "websocket":
                raise
            log.info("a client does not speak Engine.IO", reason=str(error)[:200])
            for eio_sid in self._connected_by(scope):  # else it would count until it has not answered for long enough
                await self.engineio_server._hang_up(eio_sid)  # noqa: SLF001 - it is a :class:`_Sockets`
            with suppress(RuntimeError):  # closed already
                await send({"type": "websocket.close", "code": 1002})

    def _connected_by(self, scope: Any) -> list[str]:
        """The session that the request has begun, or taken over from another transport."""
        begun = [sid for sid, environ in self.engineio_server.environ.items() if environ["asgi.scope"] is scope]
        return begun + parse_qs(scope["query_string"].decode("latin-1")).get("sid", [])


class Hub:
    """Connected admins, and the announcements they get."""

    def __init__(
        self,
        *,
        database: Database,
        origins: list[str],
        login: Login,
        admins: AdminStore,
        imports: ImportStore,
        snapshots: Snapshots,
        is_gone: Callable[[], Awaitable[bool]],
        hours: SendingHours = ALWAYS,
    ) -> None:
        """``is_gone``: whether the whole database is, so that nothing that it lacks means anything."""
        self.sio = _Sockets(
            async_mode="asgi",
            cors_allowed_origins=origins,
            ping_interval=15,
            ping_timeout=10,
            max_http_buffer_size=_MAX_MESSAGE,
        )
        self._database = database
        self._login = login
        self._admins = admins
        self._tokens = TokenStore(database)
        self._imports = imports
        self._snapshots = snapshots
        self._is_gone = is_gone
        self._hours = hours
        self._sessions: dict[str, StoredToken] = {}
        #: Of everyone who listens: the end of the login.
        self._expiries: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._snapshot: Snapshot | None = None
        self._presence: Presence | None = None
        self._changed_activations: set[str] = set()
        self._changed_imports: set[str] = set()
        self._announcements = (
            snapshot := Joined(
                "snapshot",
                self._announce_snapshot,
                pause=_SNAPSHOT_PAUSE,
                share=_SNAPSHOT_SHARE,
                wanted=self._is_heard,
            ),
            importing := Joined("imports", self._announce_imports, pause=_PROGRESS_PAUSE, share=0.2),
            leads := Joined("leads", self._announce_leads, pause=_LEADS_PAUSE),
            presence := Joined("presence", self._announce_presence, pause=_PRESENCE_PAUSE),
            admin_accounts := Joined("accounts", self._announce_accounts, pause=_ACCOUNTS_PAUSE),
        )
        self._wake_snapshot = snapshot.wake
        self._wake_imports = importing.wake
        self._wake_leads = leads.wake
        self._wake_presence = presence.wake
        self._wake_accounts = admin_accounts.wake
        self.sio.on("connect", self._on_connect)
        self.sio.on("disconnect", self._on_disconnect)

    def app(self, otherwise: Any) -> Any:
        """The ASGI application: the sockets, and ``otherwise`` for everything else."""
        return _App(self.sio, otherwise)

    def listen(self, feed: ChangeFeed) -> None:
        """Say which changes lead to which announcement."""
        feed.on(self._database.pending, lambda _: self._wake_snapshot(), field="status")
        for collection in (self._database.failed, self._database.limits, self._database.connections):
            feed.on(collection, lambda _: self._wake_snapshot())
        feed.on(self._database.activations, self._on_activation_changed)
        feed.on(self._database.imports, self._on_import_changed)
        feed.on(self._database.leads, lambda _: self._wake_leads())
        feed.on(self._database.admins, lambda _: self._wake_presence(), field="isOnline")
        shown = ("role", "disabledAt", "mustChangePassword", "isOnline")
        feed.on(self._database.admins, lambda _: self._wake_accounts(), field=shown)
        # Of tokens only the end matters, not that they are in use: whose they are never changes.
        feed.on(self._database.tokens, self._on_token_changed, field="adminId")

    async def run(self) -> None:
        """Announce until cancelled."""
        await run_together(
            *(keep_running(announcement.name, announcement.run) for announcement in self._announcements),
            keep_running("signs of life", self._keep_alive),
            keep_running("sending hours", self._follow_hours),
        )

    async def _follow_hours(self) -> None:
        """No row changes where the sending hours begin or end."""
        while True:
            now = await self._database.now()
            edge = self._hours.changes_at(now)
            await asyncio.sleep(_HOURS_LOOK if edge is None else min(_HOURS_LOOK, (edge - now).total_seconds()))
            if edge is not None and await self._database.now() >= edge:
                self._wake_snapshot()

    def tell(self, trouble: Trouble | None) -> None:
        """Say what is wrong with the database, which cannot be asked for anything else then; None: it works again."""
        self._snapshots.note(trouble)
        if trouble not in (Trouble.SILENT, Trouble.GONE):
            self._wake_snapshot()
        if trouble is not None and self._snapshot is not None:
            before, self._snapshot = self._snapshot, self._snapshots.again(self._snapshot)
            self._begin(self._announce(before, self._snapshot))

    async def close(self) -> None:
        """Let every client know that this server is going; they come back by themselves."""
        for handle in self._expiries.values():
            handle.cancel()
        await self.sio.shutdown()

    # --- Connections ---

    async def _on_connect(self, sid: str, _environ: dict[str, Any], auth: object = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            if not isinstance(token, str) or not token.isascii():
                raise Unauthorized(Phrase.LOGIN_NEEDED_TO_LISTEN)
            # Noted before it is looked up again: a login that ends in between is not overlooked.
            self._sessions[sid] = await self._login.identify(token)
            stored = self._sessions[sid] = await self._login.identify(token)
            permit(SOCKET, stored.admin)
            remaining = (stored.expires_at - await self._database.now()).total_seconds()
        except (Unauthorized, Forbidden, PasswordChangeNeeded) as error:
            self._sessions.pop(sid, None)
            raise ConnectionRefused(error.message, _json(error.problem)) from error
        except DatabaseAway as error:
            self._sessions.pop(sid, None)
            raise _refused_for_now() from error
        if self.sio.manager.eio_sid_from_sid(sid, "/") is None:  # gone meanwhile, and not to be kept for ever
            self._sessions.pop(sid, None)
            return
        if sum(each.admin.id == stored.admin.id for each in self._sessions.values()) > MAX_SOCKETS:
            self._sessions.pop(sid, None)
            problem = Problem.of(ErrorCode.TOO_MANY, Phrase.CONNECTED_TOO_OFTEN.says())
            raise ConnectionRefused(problem.message, _json(problem))
        if not self._expiries:
            self._look_again()
        self._expiries[sid] = asyncio.get_running_loop().call_later(
            max(0, remaining), self._end_sessions, [sid], Phrase.LOGIN_EXPIRED
        )
        try:
            await self._admit(sid, stored)
            await self._greet(sid, stored)
        except DatabaseAway as error:
            await self._on_disconnect(sid)
            raise _refused_for_now() from error

    async def _admit(self, sid: str, stored: StoredToken) -> None:
        """Into the rooms where that role is told what it may know: one for each rule."""
        for rule in set(EVENTS.values()):
            move = self.sio.enter_room if allows(rule, stored.admin.role) else self.sio.leave_room
            await move(sid, rule.value)

    async def _greet(self, sid: str, stored: StoredToken) -> None:
        """The right numbers at once, whoever connects or reconnects."""
        snapshot = await self._snapshots.take()
        if self._snapshot is None:
            self._snapshot = snapshot
            self._wake_snapshot()  # what happens while it is on its way is news
        await self._send(Event.EMAIL_QUEUE_UPDATE, queue_status(snapshot), to=sid)
        if snapshot.alert is not None:
            await self._send(Event.QUEUE_ALERT, snapshot.alert, to=sid)
        await self._send(Event.SENDING_STATUS, snapshot.sending, to=sid)
        await self._send(Event.DESK_SNAPSHOT, snapshot, to=sid)
        await self._admins.mark_admins_seen([stored.admin.id])
        await self._send(Event.PRESENCE_UPDATE, await self._admins.presence(), to=sid)

    async def _on_disconnect(self, sid: str, _reason: str = "") -> None:
        self._sessions.pop(sid, None)
        if handle := self._expiries.pop(sid, None):
            handle.cancel()

    def _end_sessions(self, sids: Iterable[str], reason: Phrase | None = None) -> None:
        """``reason``: why; None: that is to be seen from the account."""
        for sid in sids:
            self._begin(self._end_session(sid, reason))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end_session(self, sid: str, reason: Phrase | None) -> None:
        if (stored := self._sessions.pop(sid, None)) is None:
            return  # it is ending already
        said = (reason or await self._why_ended(stored.admin)).says()
        await self._send(Event.SESSION_ENDED, SessionEnded(message=said.english, sentence=said), to=sid)
        await self.sio.disconnect(sid)

    async def _why_ended(self, admin: Admin) -> Phrase:
        try:
            found = await self._admins.get(admin.id)
        except (NotFound, DatabaseAway):
            return Phrase.LOGIN_ENDED
        if found.disabled:
            return Phrase.DISABLED_MEANWHILE
        return Phrase.PASSWORD_RESET if found.admin.must_change_password else Phrase.LOGIN_ENDED

    def _on_token_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.DELETED:
            sids = [sid for sid, stored in self._sessions.items() if stored.id == change.id]
            self._end_sessions(sids)
        elif change.kind is ChangeKind.UNKNOWN:
            self._wake_accounts()

    async def _announce_accounts(self) -> None:
        """Each listener is told what became of the own account, and owners that something became of some account."""
        for sid, before in list(self._sessions.items()):
            stored = await self._tokens.find(before.id)
            if sid not in self._expiries:
                continue  # gone by now, or not admitted yet
            if stored is None:
                if await self._is_gone():
                    return  # they are told of that, and not that their login has ended
                self._end_sessions([sid])
            elif not allows(SOCKET, stored.admin.role):
                self._end_sessions([sid], Phrase.FOR_PEOPLE)
            elif stored.admin != before.admin:
                self._sessions[sid] = stored
                await self._admit(sid, stored)
                await self._send(Event.ACCOUNT_CHANGED, stored.admin, to=sid)
        await self._send(Event.ADMINS_CHANGED, AdminsChanged(timestamp=datetime.now(UTC)))

    async def _keep_alive(self) -> None:
        """Connected admins are online, and nothing is asked of the database while there are none."""
        for beat in itertools.count(1):
            await asyncio.sleep(HEARTBEAT)
            sessions = list(self._sessions.values())
            if online := sorted({stored.admin.id for stored in sessions}):
                await self._admins.mark_admins_seen(online)
                if beat % _HEARTBEATS_PER_USE == 0:
                    await self._tokens.mark_used([stored.id for stored in sessions])

    # --- Announcements: where they cost the database something, only while somebody listens ---

    def _is_heard(self) -> bool:
        return bool(self._expiries)

    def _look_again(self) -> None:
        """Somebody listens after a time in which nobody did: what was known before may not hold any more.

        What is found out for the greeting is the first to be known.
        """
        self._snapshot = None
        self._changed_activations.clear()

    async def _announce_snapshot(self) -> None:
        changed, self._changed_activations = self._changed_activations, set()
        try:
            snapshot = await self._snapshots.take(changed)
        except Exception:
            self._changed_activations |= changed
            raise
        before, self._snapshot = self._snapshot, snapshot
        await self._announce(before, snapshot)

    async def _announce(self, before: Snapshot | None, snapshot: Snapshot) -> None:
        if before is None or _news(before) != _news(snapshot):
            await self._announce_parts(before, snapshot)
            await self._send(Event.DESK_SNAPSHOT, snapshot)

    async def _announce_parts(self, before: Snapshot | None, snapshot: Snapshot) -> None:
        """Each by itself as well, for clients that show only one of them."""
        if before is None or before.counts != snapshot.counts:
            await self._send(Event.EMAIL_QUEUE_UPDATE, queue_status(snapshot))
        alert_before = None if before is None else before.alert
        if snapshot.alert is not None and snapshot.alert != alert_before:
            await self._send(Event.QUEUE_ALERT, snapshot.alert)
        elif snapshot.alert is None and alert_before is not None:
            await self._send(Event.QUEUE_ALERT, _end_of(alert_before, snapshot))
        if before is None or before.sending != snapshot.sending:
            await self._send(Event.SENDING_STATUS, snapshot.sending)
        known = () if before is None else before.activations
        for activation in snapshot.activations:
            if activation not in known:
                await self._send(Event.ACTIVATION_PROGRESS, activation)

    def _on_activation_changed(self, change: Change) -> None:
        if change.id is not None and self._is_heard():
            self._changed_activations.add(str(change.id))
        self._wake_snapshot()

    def _on_import_changed(self, change: Change) -> None:
        if change.id is not None and change.kind is not ChangeKind.DELETED:
            self._changed_imports.add(str(change.id))
        self._wake_imports()

    async def _announce_imports(self) -> None:
        changed, self._changed_imports = self._changed_imports, set()
        try:
            for import_id in changed:
                await self._announce_import(import_id)
        except Exception:
            self._changed_imports |= changed
            raise

    async def _announce_import(self, import_id: str) -> None:
        try:
            found = await self._imports.get(import_id)
        except NotFound:
            return
        if found.state is not ImportState.UPLOADED:
            await self._send(Event.IMPORT_PROGRESS, found)

    async def _announce_leads(self) -> None:
        await self._send(Event.LEADS_CHANGED, LeadsChanged(timestamp=datetime.now(UTC)))

    async def _announce_presence(self) -> None:
        presence = await self._admins.presence()
        before, self._presence = self._presence, presence
        if before is None or _names(before) != _names(presence) or before.users_online != presence.users_online:
            await self._send(Event.PRESENCE_UPDATE, presence)

    async def _send(self, event: Event, payload: Wire, *, to: str | None = None) -> None:
        """To one listener, or to all who may know."""
        await self.sio.emit(event.value, _json(payload), to=to or EVENTS[event].value)


def _refused_for_now() -> ConnectionRefused:
    problem = Problem.of(ErrorCode.UNAVAILABLE, Phrase.DATABASE_AWAY.says())
    return ConnectionRefused(problem.message, _json(problem))


def _json(payload: Wire) -> dict[str, Any]:
    return payload.model_dump(mode="json")


def _news(snapshot: Snapshot) -> Snapshot:
    """What differs only in this is not worth a word."""
    return snapshot.model_copy(update={"revision": 0, "at": None})


def _end_of(alert: QueueAlert, snapshot: Snapshot) -> QueueAlert:
    said = (Phrase.BOUNCES_READ_AGAIN if alert.code == BOUNCES_ALERT else Phrase.SENDING_GOES_ON).says()
    return QueueAlert(active=False, code=alert.code, message=said.english, sentence=said, since=snapshot.at)


def _names(presence: Presence) -> list[str]:
    return [admin.username for admin in presence.admins]
