"""Killed between any two steps, by SIGKILL: nothing is lost, and what arrives twice is marked as uncertain.

Ten kills of different kinds; ``python -m tests.system.kill_run`` makes as many as wanted, at every step there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.system.external_database import ExternalDatabase
from tests.system.killing import Series, killing
from tests.system.tracing import Kill


def the(steps: Mapping[str, int], moment: str, *words: str) -> Kill:
    """At the first step that says so."""
    found = [step for step in steps if step.startswith(moment) and all(word in step for word in words)]
    assert found, f"no step is {moment} {' '.join(words)}; there are:\n" + "\n".join(steps)
    return Kill(found[0])


async def survive(series: Series, *kills: Kill) -> set[str]:
    """Killed there, it does everything all the same; answers who got an email twice."""
    killed = await series.kill(*kills)
    assert killed.steps[0] == kills[0].step
    assert len(killed.steps) == len(kills)
    assert not killed.findings.wrong, "\n".join(killed.findings.wrong)
    return killed.findings.marked


@pytest.mark.timeout(900)
async def test_killed_while_a_new_database_is_set_up_and_while_leads_become_users(tmp_path: Path) -> None:
    async with killing(tmp_path) as series:
        await series.begin(Kill("after create users"))
        steps = await series.steps()
        await survive(series, the(steps, "after", "update leads"))
        await survive(series, the(steps, "before commit", "users", "PendingActivationEmail"), Kill(None, 4))


@pytest.mark.timeout(900)
async def test_killed_while_emails_leave(tmp_path: Path) -> None:
    async with killing(tmp_path) as series:
        await series.begin()
        steps = await series.steps()
        assert await survive(series, the(steps, "SMTP", "the message came"), Kill(None, 6))
        await survive(series, the(steps, "before commit", "FailedEmail", "PendingActivationEmail, audit"))


@pytest.mark.timeout(900)
async def test_killed_while_emails_leave_and_what_is_uncertain_is_held(
    tmp_path: Path, external_database: ExternalDatabase
) -> None:
    async with killing(tmp_path, external=external_database, QUEUE_UNCERTAIN="hold") as series:
        await series.begin()
        steps = await series.steps()
        await survive(series, the(steps, "SMTP", "the answer was sent"), Kill(None, 8))
        await survive(series, the(steps, "after update users", "FailedEmail"))
