"""What every route needs: the services behind it, and the admin in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from server.accounts.login import Login
from server.activation.preview import Previews
from server.contract import Admin, Role, Service
from server.errors import Forbidden, Unauthorized
from server.live.hub import Hub
from server.mail.captured import CapturedEmails
from server.mail.template_actions import TemplateActions
from server.mail.trial import TrialSender
from server.store.actions import QueueActions
from server.store.activations import ActivationStore
from server.store.admins import AdminStore, StoredToken
from server.store.audit import AuditLog
from server.store.client import Database
from server.store.emails import EmailStore
from server.store.failures import FailureStore
from server.store.history import HistoryStore
from server.store.imports import ImportStore
from server.store.lead_details import LeadDetailsStore
from server.store.leads import LeadStore
from server.store.limits import LimitStore
from server.store.throughput import ThroughputStore
from server.store.users import UserStore


@dataclass(frozen=True)
class Services:
    """What the routes call."""

    database: Database
    login: Login
    admins: AdminStore
    leads: LeadStore
    lead_details: LeadDetailsStore
    imports: ImportStore
    users: UserStore
    activations: ActivationStore
    previews: Previews
    emails: EmailStore
    history: HistoryStore
    throughput: ThroughputStore
    failures: FailureStore
    actions: QueueActions
    audit: AuditLog
    limits: LimitStore
    templates: TemplateActions
    trial_sender: TrialSender
    captured: CapturedEmails
    hub: Hub
    about: Service


def services(request: Request) -> Services:
    """The services of this application."""
    found = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101 - put there when the application was built
    return found


_bearer = HTTPBearer(auto_error=False, description="The token that `POST /api/login` answers.")


async def logged_in(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> StoredToken:
    """The login behind the request. Raises :class:`Unauthorized`."""
    if credentials is None:
        raise Unauthorized("A login is needed. Send 'Authorization: Bearer <token>'.")
    return await services(request).login.identify(credentials.credentials)


def current_admin(stored: Annotated[StoredToken, Depends(logged_in)]) -> Admin:
    """Who asks."""
    return stored.admin


def operating_admin(admin: Annotated[Admin, Depends(current_admin)]) -> Admin:
    """Who asks for a change. Raises :class:`Forbidden` for those who may only look on."""
    if admin.role is Role.VIEWER:
        raise Forbidden("A viewer may look on but change nothing. Ask an operator or an owner.")
    return admin


def owning_admin(admin: Annotated[Admin, Depends(current_admin)]) -> Admin:
    """Who asks for what concerns everyone. Raises :class:`Forbidden` for all but owners."""
    if admin.role is not Role.OWNER:
        raise Forbidden("Only an owner may change this. Ask one.")
    return admin


The = Annotated[Services, Depends(services)]
LoggedIn = Annotated[StoredToken, Depends(logged_in)]
CurrentAdmin = Annotated[Admin, Depends(current_admin)]
Operator = Annotated[Admin, Depends(operating_admin)]
Owner = Annotated[Admin, Depends(owning_admin)]
