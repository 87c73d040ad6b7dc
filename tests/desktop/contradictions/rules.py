"""What of a screen contradicts something else on it. The words are those of the English desktop."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from server.contract import EmailState
from tests.desktop.contradictions.screen import Screen

_OFFLINE = ("Not connected", "Connecting…")
_LEAVING = ("Sending", "Slowed", "Limited", "Waiting")


def contradictions(screen: Screen) -> list[str]:
    """One sentence for each."""
    return [complaint for rule in _RULES for complaint in rule(screen)]


def number_in(text: str) -> int | None:
    """The first number of a text; None: it has none."""
    found = re.search(r"\d[\d,]*", text)
    return int(found[0].replace(",", "")) if found else None


def _numbers_agree(screen: Screen) -> Iterator[str]:
    waiting = {
        "badge": number_in(screen.badge) or 0,
        "title": number_in(screen.title) or 0,
        "tray menu": number_in(screen.tray_menu) or 0,
        "tray tip": number_in("".join(screen.tray_tip[1:2])) or 0,
    }
    failed = {"badge": number_in(screen.failed_badge) or 0, "tray menu": number_in(screen.tray_failed) or 0}
    tabs = {state: number_in(text) for state, text in screen.tabs}
    if tabs.get(EmailState.PENDING) is not None:
        waiting["tabs"] = (tabs[EmailState.PENDING] or 0) + (tabs[EmailState.PROCESSING] or 0)
        failed["tab"] = tabs[EmailState.FAILED] or 0
    if screen.note:
        waiting["page"] = _in_note(screen.note, "to send")
    for what, told in (("wait", waiting), ("failed", failed)):
        if len(set(told.values())) > 1:
            yield f"how many {what}: {told}"


def _in_note(note: str, word: str) -> int:
    found = re.search(rf"([\d,]+) {word}", note)
    return int(found[1].replace(",", "")) if found else 0


def _states_agree(screen: Screen) -> Iterator[str]:
    if screen.panel is not None and screen.panel != (screen.headline, screen.caption):
        yield f"sidebar {(screen.headline, screen.caption)}, panel {screen.panel}"
    if len(screen.tray_tip) > 2 and screen.tray_tip[-1].partition(":")[0] != screen.headline:
        yield f"sidebar {screen.headline!r}, tray {screen.tray_tip[-1]!r}"


def _state_fits_the_numbers(screen: Screen) -> Iterator[str]:
    total = number_in(screen.badge) or 0
    if screen.headline == "Nothing to send" and total:
        yield f"nothing to send beside {total}"
    if screen.headline in _LEAVING and not total:
        yield f"{screen.headline!r} with nothing in the queue"
    if "Empty at about" in screen.caption and not total:
        yield "a queue that is empty will be empty"


def _all_is_said_of_what_is_left(screen: Screen) -> Iterator[str]:
    total, failed = number_in(screen.badge) or 0, number_in(screen.failed_badge) or 0
    running = screen.progress is not None and "100%" not in screen.progress[1]
    for sentence in screen.sentences:
        all_left = "verything has left" in sentence or "very email has left" in sentence
        if all_left and (total or failed or running):
            yield f"{sentence!r} beside {total} waiting, {failed} failed, an activation: {running}"
        told = [re.search(of, sentence) for of in (r"All left but ([\d,]+) that failed", r"([\d,]+) came back")]
        if any(told) and sum(number_in(each[1]) or 0 for each in told if each) != failed:
            yield f"{sentence!r} beside {failed} failed"
        if "All left but" in sentence and total:
            yield f"{sentence!r} beside {total} waiting"


def _an_empty_list_fits_its_tab(screen: Screen) -> Iterator[str]:
    tabs = dict(screen.tabs)
    if screen.empty is None or screen.chosen is None:
        return
    titles = {EmailState.PENDING: "Nothing waits", EmailState.PROCESSING: "Nothing is being sent"}
    if screen.empty[0] == titles.get(screen.chosen) and number_in(tabs[screen.chosen]):
        yield f"{screen.empty[0]!r} beside {tabs[screen.chosen]!r}"
    if screen.empty[0] == "Nothing failed" and number_in(tabs[EmailState.FAILED]):
        yield f"{screen.empty[0]!r} beside {tabs[EmailState.FAILED]!r}"


def _what_cannot_leave_does_not_count_down(screen: Screen) -> Iterator[str]:
    if screen.headline in ("Paused", "Blocked"):
        for text in screen.next_tries:
            if text != screen.headline:
                yield f"a row says {text!r} while sending is {screen.headline!r}"
    soonest = [text for text in screen.next_tries if text.startswith("in ")]
    told = re.search(r"[Nn]ext try in (.+?)\.", screen.caption)
    if screen.headline == "Waiting" and told and soonest and f"in {told[1]}" not in soonest:
        yield f"next try in {told[1]}, in the list {soonest}"


def _progress_says_one_thing(screen: Screen) -> Iterator[str]:
    if screen.progress is None:
        return
    title, heading, label = screen.progress
    if title != heading:
        yield f"dialog {heading!r} under {title!r}"
    percent, of_label = re.search(r"(\d+)%", heading), re.search(r"\((\d+)%\)", label)
    if percent and of_label and percent[1] != of_label[1]:
        yield f"dialog {heading!r} above {label!r}"
    if "reserved" in label and percent:
        yield f"dialog {heading!r} above {label!r}"
    if any("users created" in toast for toast in screen.toasts[-1:]) and "100%" not in heading:
        yield f"{screen.toasts[-1]!r} beside {heading!r}"


def _leads_are_users_when_it_is_said(screen: Screen) -> Iterator[str]:
    if any("created" in toast for toast in screen.toasts) and screen.progress is None and "Activating" in screen.leads:
        yield f"users created, and the list says {screen.leads}"


def _the_list_behind_a_run_is_of_before(screen: Screen) -> Iterator[str]:
    if screen.progress is None or "100%" in screen.progress[1] or not screen.leads:
        return
    if "List as of" not in screen.leads_age:
        yield f"dialog {screen.progress[1]!r} above a list that says to be of now: {screen.leads}"


def _offline_is_offline(screen: Screen) -> Iterator[str]:
    if screen.headline == "Not connected" and screen.online:
        yield f"not connected, and {screen.online!r}"
    if screen.banner and screen.headline not in _OFFLINE:
        yield f"{screen.banner!r} above {screen.headline!r}"


_RULES: tuple[Callable[[Screen], Iterator[str]], ...] = (
    _numbers_agree,
    _states_agree,
    _state_fits_the_numbers,
    _all_is_said_of_what_is_left,
    _an_empty_list_fits_its_tab,
    _what_cannot_leave_does_not_count_down,
    _progress_says_one_thing,
    _leads_are_users_when_it_is_said,
    _the_list_behind_a_run_is_of_before,
    _offline_is_offline,
)
