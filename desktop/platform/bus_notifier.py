"""Notifications by the session bus: ``org.freedesktop.Notifications``, Desktop Notifications Specification 1.2.

Each notification has an id that the service gave for ours, so a click on another program's is not mistaken for one on
ours. Qt's own D-Bus module cannot send the unsigned numbers that the service wants.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, MatchRule, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.asyncio import DBusRouter, open_dbus_router
from jeepney.io.common import RouterClosed
from jeepney.wrappers import unwrap_msg

from desktop.lasting import keep
from desktop.platform.notifier import Notice, Notifier

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 5.0
_SERVICE = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)


class BusNotifier:
    """By the session's notification service; without it, by what stands in."""

    def __init__(self, stand_in: Notifier, *, activated: Callable[[str], None]) -> None:
        self._stand_in = stand_in
        self._activated = activated
        self._ids: dict[str, int] = {}
        self._router: DBusRouter | None = None
        self._held = contextlib.AsyncExitStack()
        self._listening: asyncio.Task[None] | None = None

    async def show(self, notice: Notice) -> None:
        """Show it; a service that is missing is looked for again next time."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._connect()
                (shown,) = await self._ask(
                    "Notify",
                    "susssasa{sv}i",
                    (
                        "Activation Desk",
                        self._ids.get(notice.key, 0),
                        "activation-desk",
                        notice.title,
                        _without_markup(notice.text),
                        ["default", notice.action, "open", notice.action],
                        {"desktop-entry": ("s", "activation-desk"), "urgency": ("y", 2 if notice.urgent else 1)},
                        -1,
                    ),
                )
        except (OSError, EOFError, KeyError, TimeoutError, DBusErrorResponse, RouterClosed) as error:
            log.info("no notification service: %s", error)
            await self.close()
            await self._stand_in.show(notice)
        else:
            self._ids[notice.key] = shown

    async def withdraw(self, key: str) -> None:
        """Take it off the screen; it may have gone by itself."""
        shown = self._ids.pop(key, None)
        await self._stand_in.withdraw(key)
        if shown is None or self._router is None:
            return
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._ask("CloseNotification", "u", (shown,))
        except (OSError, EOFError, KeyError, TimeoutError, DBusErrorResponse, RouterClosed) as error:
            log.info("a notification could not be taken back: %s", error)

    async def close(self) -> None:
        """Listen to clicks no longer."""
        self._ids.clear()
        self._router = None
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        with contextlib.suppress(OSError, EOFError):
            await self._held.aclose()
        self._held = contextlib.AsyncExitStack()

    async def _connect(self) -> None:
        if self._router is not None:
            return
        if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
            raise ConnectionError("there is no session bus")
        router = await self._held.enter_async_context(open_dbus_router())
        rule = MatchRule(type="signal", interface=_SERVICE.interface, member="ActionInvoked", path=_SERVICE.object_path)
        unwrap_msg(await router.send_and_get_reply(message_bus.AddMatch(rule)))
        signals = self._held.enter_context(router.filter(rule, bufsize=16))
        listening = keep(
            partial(self._listen, signals), failed=lambda error: log.warning("a click was not understood: %s", error)
        )
        self._listening = asyncio.get_running_loop().create_task(listening, name="notification clicks")
        self._router = router

    async def _ask(self, method: str, signature: str, body: tuple[Any, ...]) -> tuple[Any, ...]:
        assert self._router is not None  # noqa: S101 - connected by the caller
        reply = await self._router.send_and_get_reply(new_method_call(_SERVICE, method, signature, body))
        answer: tuple[Any, ...] = unwrap_msg(reply)
        return answer

    async def _listen(self, signals: asyncio.Queue[Any]) -> None:
        message = await signals.get()
        clicked, _ = message.body
        for key in [key for key, shown in self._ids.items() if shown == clicked]:
            self._activated(key)


def _without_markup(text: str) -> str:
    """Bodies are read as markup by some services."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
