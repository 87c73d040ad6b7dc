"""What every route needs: the services behind it, and the admin in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from server.accounts.admins import Admins, FirstOwner
from server.accounts.login import Login
from server.accounts.permissions import WITHOUT_LOGIN, Rule, permit, rule_of
from server.activation.preview import Previews
from server.api.csv_export import StillAllowed
from server.audit_watch import AuditWatch
from server.bounces.webhooks.receiver import Webhooks
from server.contract import Admin, Phrase, Service
from server.errors import Forbidden, Unauthorized
from server.live.hub import Hub
from server.live.snapshots import Snapshots
from server.mail.captured import CapturedEmails
from server.mail.template_actions import TemplateActions
from server.mail.trial import TrialSender
from server.presence import Reports
from server.store.actions import QueueActions
from server.store.activations import ActivationStore
from server.store.admins import AdminStore
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.emails import EmailStore
from server.store.failures import FailureStore
from server.store.history import HistoryStore
from server.store.imports import ImportStore
from server.store.lead_details import LeadDetailsStore
from server.store.leads import LeadStore
from server.store.limits import LimitStore
from server.store.pulse import Pulse
from server.store.restarts import Restarts
from server.store.throughput import ThroughputStore
from server.store.tokens import StoredToken, TokenStore
from server.store.users import UserStore


@dataclass(frozen=True)
class Services:
    """What the routes call."""

    database: Database
    pulse: Pulse
    login: Login
    first_owner: FirstOwner
    accounts: Admins
    admins: AdminStore
    tokens: TokenStore
    leads: LeadStore
    lead_details: LeadDetailsStore
    imports: ImportStore
    users: UserStore
    reports: Reports
    activations: ActivationStore
    previews: Previews
    emails: EmailStore
    history: HistoryStore
    throughput: ThroughputStore
    failures: FailureStore
    actions: QueueActions
    audit: AuditLog
    audit_watch: AuditWatch
    limits: LimitStore
    templates: TemplateActions
    trial_sender: TrialSender
    captured: CapturedEmails
    hub: Hub
    snapshots: Snapshots
    restarts: Restarts
    webhooks: Webhooks
    about: Service


def services(request: Request) -> Services:
    """The services of this application."""
    found = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101 - put there when the application was built
    return found


#: Headers of what a proxy passes on (RFC 7239, and what was there before it).
_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")

_bearer = HTTPBearer(auto_error=False, description="The token that `POST /api/login` answers.")


async def permitted(
    request: Request, _credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> StoredToken | None:
    """The login behind the request, where the route takes one. Raises what :mod:`server.accounts.permissions` says.

    Asked before every route. Whose the token is the door has found out by then, see :mod:`server.api.limits`.
    """
    rule = rule_of(request.method, request.scope["route"].path)
    if rule is Rule.THIS_MACHINE and not _is_this_machine(request, await address_of(request)):
        raise Forbidden(Phrase.FOR_THIS_MACHINE)
    if rule in WITHOUT_LOGIN:
        return None
    stored = getattr(request.state, "login", None)
    if not isinstance(stored, StoredToken):
        raise Unauthorized(Phrase.LOGIN_NEEDED)
    permit(rule, stored.admin)
    return stored


async def logged_in(stored: Annotated[StoredToken | None, Depends(permitted)]) -> StoredToken:
    """The login behind the request."""
    if stored is None:
        raise Unauthorized(Phrase.LOGIN_NEEDED)
    return stored


async def current_admin(stored: Annotated[StoredToken, Depends(logged_in)]) -> Admin:
    """Who asks."""
    return stored.admin


async def still_allowed(
    request: Request,
    stored: Annotated[StoredToken, Depends(logged_in)],
    the: Annotated[Services, Depends(services)],
) -> StillAllowed:
    """For answers that take long: raises what the same request would now be refused by."""
    rule = rule_of(request.method, request.scope["route"].path)

    async def look_again() -> None:
        now = await the.tokens.find(stored.id)
        if now is None:
            raise Unauthorized(Phrase.LOGIN_ENDED)
        permit(rule, now.admin)

    return look_again


async def address_of(request: Request) -> str:
    """Where the request comes from; behind a reverse proxy that is believed, what that says (``X-Forwarded-For``)."""
    return "" if request.client is None else request.client.host


def _is_this_machine(request: Request, address: str) -> bool:
    """Whether it comes straight from here. What is said to have been passed on does not: anybody can write that."""
    if any(header in request.headers for header in _PASSED_ON):
        return False
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


The = Annotated[Services, Depends(services)]
LoggedIn = Annotated[StoredToken, Depends(logged_in)]
AsLongAsAllowed = Annotated[StillAllowed, Depends(still_allowed)]
CurrentAdmin = Annotated[Admin, Depends(current_admin)]
Address = Annotated[str, Depends(address_of)]
