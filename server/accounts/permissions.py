"""Who may do what: the one table of every route and every event, by the role it takes.

A route or an event that is missing here is refused to everyone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from server.contract import Admin, Event, Phrase, Role
from server.errors import Forbidden, PasswordChangeNeeded


class Rule(Enum):
    """What it takes."""

    #: No login.
    ANYONE = "anyone"
    #: No login, but a connection from the machine that the service runs on.
    THIS_MACHINE = "this machine"
    #: No login, but a signature or a secret of a provider of the settings, which the route itself looks at.
    PROVIDER = "provider"
    #: Any login, even one by a password that has yet to be changed.
    LOGIN = "login"
    #: One of the roles that have a part in it, and a password of one's own.
    REPORTER = "reporter"
    VIEWER = "viewer"
    OPERATOR = "operator"
    OWNER = "owner"


#: Where a login is not asked for.
WITHOUT_LOGIN = frozenset({Rule.ANYONE, Rule.THIS_MACHINE, Rule.PROVIDER})

#: A method, and a path as the routers spell it.
Route = tuple[str, str]

ROUTES: Mapping[Route, Rule] = {
    ("GET", "/healthz"): Rule.ANYONE,
    ("GET", "/readyz"): Rule.ANYONE,
    ("GET", "/api/openapi.json"): Rule.VIEWER,
    # One's own login
    ("POST", "/api/login"): Rule.ANYONE,
    ("POST", "/api/first-owner"): Rule.THIS_MACHINE,
    ("POST", "/api/logout"): Rule.LOGIN,
    ("GET", "/api/me"): Rule.LOGIN,
    ("POST", "/api/password"): Rule.LOGIN,
    ("GET", "/api/service"): Rule.VIEWER,
    ("GET", "/api/service/restarts"): Rule.OPERATOR,
    ("GET", "/api/sessions"): Rule.VIEWER,
    ("DELETE", "/api/sessions"): Rule.VIEWER,
    ("DELETE", "/api/sessions/{session_id}"): Rule.VIEWER,
    # Everybody's logins
    ("GET", "/api/admins"): Rule.OWNER,
    ("POST", "/api/admins"): Rule.OWNER,
    ("POST", "/api/admins/{admin_id}/disable"): Rule.OWNER,
    ("POST", "/api/admins/{admin_id}/enable"): Rule.OWNER,
    ("POST", "/api/admins/{admin_id}/reset"): Rule.OWNER,
    ("POST", "/api/admins/{admin_id}/role"): Rule.OWNER,
    ("GET", "/api/admins/{admin_id}/sessions"): Rule.OWNER,
    ("DELETE", "/api/admins/{admin_id}/sessions"): Rule.OWNER,
    ("DELETE", "/api/admins/{admin_id}/sessions/{session_id}"): Rule.OWNER,
    ("GET", "/api/audit"): Rule.OPERATOR,
    ("GET", "/api/audit/export.csv"): Rule.OPERATOR,
    ("GET", "/api/audit/verification"): Rule.OWNER,
    ("POST", "/api/audit/verification"): Rule.OWNER,
    # Leads; to list those that are chosen changes nothing
    ("GET", "/api/leads"): Rule.VIEWER,
    ("POST", "/api/leads/chosen"): Rule.VIEWER,
    ("GET", "/api/leads/export.csv"): Rule.VIEWER,
    ("GET", "/api/leads/{lead_id}"): Rule.VIEWER,
    ("POST", "/api/leads/import"): Rule.OPERATOR,
    ("POST", "/api/imports"): Rule.OPERATOR,
    ("GET", "/api/imports"): Rule.VIEWER,
    ("GET", "/api/imports/{import_id}"): Rule.VIEWER,
    ("GET", "/api/imports/{import_id}/problems"): Rule.VIEWER,
    ("POST", "/api/imports/{import_id}/preview"): Rule.OPERATOR,
    ("POST", "/api/imports/{import_id}/check"): Rule.OPERATOR,
    ("POST", "/api/imports/{import_id}/start"): Rule.OPERATOR,
    ("POST", "/api/imports/{import_id}/stop"): Rule.OPERATOR,
    ("POST", "/api/imports/{import_id}/undo"): Rule.OPERATOR,
    # Users
    ("GET", "/api/users"): Rule.VIEWER,
    ("GET", "/api/users/export.csv"): Rule.VIEWER,
    ("GET", "/api/presence"): Rule.VIEWER,
    # It changes users, so viewers do not; by the applications that users log in to, which need no more.
    ("POST", "/api/presence"): Rule.REPORTER,
    # Activations; a preview changes nothing
    ("POST", "/api/activations/preview"): Rule.VIEWER,
    ("POST", "/api/activations"): Rule.OPERATOR,
    ("GET", "/api/activations"): Rule.VIEWER,
    ("GET", "/api/activations/{activation_id}"): Rule.VIEWER,
    ("POST", "/api/activations/{activation_id}/stop"): Rule.OPERATOR,
    ("GET", "/api/activations/{activation_id}/skipped"): Rule.VIEWER,
    ("GET", "/api/activations/{activation_id}/skipped.csv"): Rule.VIEWER,
    # The queue
    ("GET", "/api/queue/status"): Rule.VIEWER,
    ("GET", "/api/queue/sending"): Rule.VIEWER,
    ("GET", "/api/queue/snapshot"): Rule.VIEWER,
    ("GET", "/api/queue/emails"): Rule.VIEWER,
    ("GET", "/api/queue/emails/export.csv"): Rule.VIEWER,
    ("GET", "/api/queue/emails/{email_id}/history"): Rule.VIEWER,
    ("GET", "/api/queue/throughput"): Rule.VIEWER,
    ("GET", "/api/queue/failures"): Rule.VIEWER,
    ("GET", "/api/mailbox/{email_id}"): Rule.VIEWER,
    ("POST", "/api/queue/pause"): Rule.OPERATOR,
    ("POST", "/api/queue/resume"): Rule.OPERATOR,
    ("POST", "/api/queue/try-now"): Rule.OPERATOR,
    ("POST", "/api/queue/emails/retry"): Rule.OPERATOR,
    ("POST", "/api/queue/emails/discard"): Rule.OPERATOR,
    ("POST", "/api/queue/emails/hold"): Rule.OPERATOR,
    ("POST", "/api/queue/emails/release"): Rule.OPERATOR,
    ("POST", "/api/queue/emails/{email_id}/correct"): Rule.OPERATOR,
    # Bounces, as providers tell of them
    ("POST", "/api/bounces/{provider}"): Rule.PROVIDER,
    # The template; a preview changes nothing
    ("GET", "/api/template"): Rule.VIEWER,
    ("GET", "/api/template/versions"): Rule.VIEWER,
    ("POST", "/api/template/preview"): Rule.VIEWER,
    ("POST", "/api/template/test-send"): Rule.OPERATOR,
    ("POST", "/api/template"): Rule.OWNER,
    ("POST", "/api/template/reset"): Rule.OWNER,
}

#: To send a test by a template that is not in use. Whoever may do that can send anything to anybody in our name.
UNSAVED_TEMPLATE = Rule.OWNER

#: Who may listen at all.
SOCKET = Rule.VIEWER

#: Who is told. What concerns a single admin is sent to nobody else, whatever the role.
EVENTS: Mapping[Event, Rule] = {
    Event.EMAIL_QUEUE_UPDATE: Rule.VIEWER,
    Event.DESK_SNAPSHOT: Rule.VIEWER,
    Event.ACTIVATION_PROGRESS: Rule.VIEWER,
    Event.LEADS_CHANGED: Rule.VIEWER,
    Event.IMPORT_PROGRESS: Rule.VIEWER,
    Event.QUEUE_ALERT: Rule.VIEWER,
    Event.SENDING_STATUS: Rule.VIEWER,
    Event.PRESENCE_UPDATE: Rule.VIEWER,
    Event.ACCOUNT_CHANGED: Rule.VIEWER,
    Event.ADMINS_CHANGED: Rule.OWNER,
    Event.SESSION_ENDED: Rule.VIEWER,
}

#: Routes whose path has a variable part.
_PATTERNS: Mapping[str, Sequence[tuple[re.Pattern[str], Route]]] = {
    method: [
        (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), (method, path))
        for each, path in ROUTES
        if each == method and "{" in path
    ]
    for method, _ in ROUTES
}

_ANY_LOGIN = WITHOUT_LOGIN | {Rule.LOGIN}
#: What each role is enough for. A program's is no step of the ladder that people's are.
_ENOUGH_FOR: Mapping[Role, frozenset[Rule]] = {
    Role.REPORTER: _ANY_LOGIN | {Rule.REPORTER},
    Role.VIEWER: _ANY_LOGIN | {Rule.VIEWER},
    Role.OPERATOR: _ANY_LOGIN | {Rule.REPORTER, Rule.VIEWER, Rule.OPERATOR},
    Role.OWNER: _ANY_LOGIN | {Rule.REPORTER, Rule.VIEWER, Rule.OPERATOR, Rule.OWNER},
}
_REFUSALS = {
    Rule.REPORTER: Phrase.FOR_REPORTERS,
    Rule.OPERATOR: Phrase.FOR_OPERATORS,
    Rule.OWNER: Phrase.FOR_OWNERS,
}


def route_of(method: str, path: str) -> Route | None:
    """Which one is asked for at this path; None where there is nothing of that kind."""
    if (method, path) in ROUTES:
        return method, path
    return next((route for pattern, route in _PATTERNS.get(method, ()) if pattern.fullmatch(path)), None)


def rule_of(method: str, path: str) -> Rule:
    """What the route takes. Raises :class:`Forbidden` for one that nobody has thought about."""
    rule = ROUTES.get((method, path))
    if rule is None:
        raise Forbidden(Phrase.FOR_NOBODY)
    return rule


def allows(rule: Rule, role: Role) -> bool:
    """Whether the role is enough, for a login with a password of its own."""
    return rule in _ENOUGH_FOR[role]


def permit(rule: Rule, admin: Admin) -> None:
    """Raises :class:`PasswordChangeNeeded` or :class:`Forbidden` where it does not take just this admin."""
    if admin.must_change_password and rule is not Rule.LOGIN:
        raise PasswordChangeNeeded(Phrase.CHOOSE_A_PASSWORD)
    if not allows(rule, admin.role):
        if admin.role is Role.REPORTER:
            raise Forbidden(Phrase.FOR_PEOPLE)
        raise Forbidden(_REFUSALS[rule])
