"""Numbers, states and sentences that are shown at one moment agree; ``make contradictions`` looks longer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.shell.sidebar import Place
from server.contract import EmailState
from tests.desktop.contradictions.day import spend
from tests.desktop.contradictions.rules import contradictions
from tests.desktop.contradictions.screen import Screen

_SNAPSHOTS = 40

#: Nothing on it contradicts anything.
QUIET = Screen(
    place=Place.EMAIL_QUEUE,
    title="Activation Desk (12)",
    badge="12",
    failed_badge="4",
    headline="Limited",
    caption="The sending limit leaves room for the next 10 in 3 s. Empty at about 5:46 PM, by the limits.",
    panel=("Limited", "The sending limit leaves room for the next 10 in 3 s. Empty at about 5:46 PM, by the limits."),
    note="12 to send  ·  at most 10 every 3 s",
    tabs=((EmailState.PENDING, "Waiting  10"), (EmailState.PROCESSING, "Sending  2"), (EmailState.FAILED, "Failed  4")),
    empty=None,
    chosen=EmailState.PENDING,
    next_tries=("in 3 s",),
    leads=(),
    leads_age="",
    tray_menu="Email Queue: 12 to send",
    tray_failed="4 failed",
    tray_tip=("Activation Desk", "Email Queue: 12 to send", "4 failed", "Limited"),
    online="Online: ann",
    banner="",
    toasts=(),
    progress=None,
)


def test_what_agrees_is_not_complained_of() -> None:
    assert contradictions(QUIET) == []


@pytest.mark.parametrize(
    "change",
    [
        {"badge": "11"},
        {"title": "Activation Desk"},
        {"failed_badge": ""},
        {"tray_menu": "Email Queue: empty"},
        {"note": "nothing to send"},
        {"panel": ("Sending", "")},
        {"tray_tip": ("Activation Desk", "Email Queue: 12 to send", "4 failed", "Blocked: no")},
        {"headline": "Nothing to send"},
        {"toasts": ("The email queue is empty. Everything has left.",)},
        {"toasts": ("The email queue is empty. All left but 3 that failed.",)},
        {"empty": ("Nothing waits", "")},
        {"headline": "Paused", "panel": None},
        {"progress": ("Creating users… 50%", "Creating users… 50%", "20 / 50 users created (40%)")},
        {"progress": ("Creating users… 0%", "Creating users… 0%", "20 / 50 leads reserved")},
        {"toasts": ("37 users created. 37 emails are being sent in the background.",), "leads": ("Activating",)},
        {
            "progress": ("Creating users… 50%", "Creating users… 50%", "25 / 50 users created (50%)"),
            "leads": ("New", "Activated"),
        },
        {"headline": "Not connected", "panel": None},
        {"banner": "The connection to the server was lost. Trying again…"},
    ],
    ids=str,
)
def test_each_contradiction_is_noticed(change: dict[str, object]) -> None:
    assert contradictions(replace(QUIET, **change)) != []  # type: ignore[arg-type]


@pytest.mark.timeout(400)
async def test_nothing_on_the_screen_contradicts_anything_else(tmp_path: Path) -> None:
    looked = await spend(tmp_path, _SNAPSHOTS)
    assert looked.snapshots >= _SNAPSHOTS
    assert looked.contradictions == {}
    assert {"Paused", "Blocked"} <= looked.states.keys(), "not everything was seen"
