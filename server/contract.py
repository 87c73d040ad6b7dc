"""Everything that crosses the wire between the service and its clients.

HTTP bodies, Socket.IO events, enums and error codes. Python is snake_case, the wire is camelCase; the one alias
generator below maps the two. This is the only module of the server that the desktop imports, so it depends on nothing
but pydantic.

Socket.IO: default path ``/socket.io``, default namespace, ``auth: {token}``. A refused connection carries an
:class:`Problem` as its data. Server to client only; each :class:`Event` names its payload.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

API_VERSION = 1

#: Rows a client may ask for at once.
PAGE_LIMIT = 500


class Wire(BaseModel):
    """Base of every payload: camelCase outside, snake_case inside, unknown fields refused, frozen."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        extra="forbid",
        frozen=True,
    )


class Answer(Wire):
    """Base of what the server sends: a newer server may add fields that an older client does not know."""

    model_config = ConfigDict(extra="ignore")


# --- Errors -----------------------------------------------------------------------------------------------------------


class ErrorCode(StrEnum):
    """Stable codes of refusals; the sentence beside them is for people and may change."""

    BAD_CREDENTIALS = "badCredentials"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "notFound"
    INVALID = "invalid"
    CONFLICT = "conflict"
    TOO_LARGE = "tooLarge"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class Problem(Answer):
    """The body of every refusal: a stable code, a sentence for people, and details to show or copy."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)


# --- Sessions ---------------------------------------------------------------------------------------------------------


class Credentials(Wire):
    """``POST /api/login``."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Token(Answer):
    """Answer to a login. The token is opaque; the server keeps only its hash."""

    token: str
    expires_at: datetime


class Role(StrEnum):
    """What an admin may do; ordered from least to most."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    OWNER = "owner"


class Admin(Answer):
    """``GET /api/me``: who is logged in."""

    id: str
    username: str
    role: Role


class MailMode(StrEnum):
    """Where the emails go: to a real mail server, or into the local mailbox because none is configured."""

    SMTP = "smtp"
    MAILBOX = "mailbox"


class Service(Answer):
    """``GET /api/service``: what the desktop tells its user about the server."""

    version: str
    api_version: int
    mail_mode: MailMode
    batch_size: int
    #: Seconds in which at most ``batch_size`` emails leave.
    interval: float


# --- Leads ------------------------------------------------------------------------------------------------------------


class LeadStatus(StrEnum):
    """Where a lead stands. ``new`` and ``skipped`` can be activated."""

    NEW = "new"
    ACTIVATING = "activating"
    ACTIVATED = "activated"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a lead that was picked did not become a user in this activation."""

    ALREADY_USER = "alreadyUser"
    ADDRESS_REFUSED = "addressRefused"
    IN_ANOTHER_ACTIVATION = "inAnotherActivation"
    NOT_FOUND = "notFound"


class LeadSort(StrEnum):
    """Columns the server sorts leads by."""

    NAME = "name"
    EMAIL = "email"
    COMPANY = "company"
    STATUS = "status"
    CREATED_AT = "createdAt"


class Lead(Answer):
    """A person who may become a user."""

    id: str
    email: str
    name: str = ""
    company: str = ""
    status: LeadStatus
    created_at: datetime
    activated_at: datetime | None = None
    skip_reason: SkipReason | None = None


class LeadFilter(Wire):
    """Which leads: those whose name, address or company contains ``search``, in any of ``status`` (empty: all)."""

    search: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    status: tuple[LeadStatus, ...] = ()


ObjectIdString = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{24}$")]


class Selection(Wire):
    """A choice of leads: either ids, or everything that matches a filter less exceptions."""

    ids: Annotated[tuple[ObjectIdString, ...], Field(max_length=200_000)] | None = None
    matching: LeadFilter | None = None
    exclude: Annotated[tuple[ObjectIdString, ...], Field(max_length=200_000, alias="except")] = ()

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Selection:
        if (self.ids is None) == (self.matching is None):
            raise ValueError("give either 'ids' or 'matching', not both and not neither")
        if self.ids is not None and self.exclude:
            raise ValueError("'except' goes with 'matching' only")
        return self


Row = TypeVar("Row")


class Page(Answer, Generic[Row]):
    """One page of a list: ``total`` counts all that match, ``next`` is the cursor of what follows.

    A page is asked for by ``after`` (a cursor; absent: from the start), ``skip`` (rows to leave out after it, for
    jumps) and ``limit``.
    """

    items: tuple[Row, ...]
    total: int
    next: str | None = None


class ImportProblem(Answer):
    """A row that was not imported: its line in the file (the header is line 1), what stood there, and why not."""

    line: int
    value: str
    reason: str


class ImportResult(Answer):
    """Outcome of an import: what came in, what was there already, what could not be used."""

    imported: int
    duplicates: int
    #: All rows refused; ``problems`` lists the first of them.
    refused: int
    problems: tuple[ImportProblem, ...] = ()


# --- Activations ------------------------------------------------------------------------------------------------------


class ActivationRequest(Wire):
    """``POST /api/activations``. Sending the same ``request_id`` again answers with the same activation."""

    selection: Selection
    request_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,64}$")]


class ActivationPreview(Answer):
    """``POST /api/activations/preview``: the facts for the confirmation dialog."""

    selected: int
    #: Leads that would become users.
    activatable: int
    already_users: int
    unusable: int
    in_another_activation: int
    #: When the last email should have left at the present limits, counting what already waits.
    last_email_at: datetime | None


class ActivationState(StrEnum):
    """Steps of an activation; the last two are final."""

    CLAIMING = "claiming"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self in (ActivationState.FINISHED, ActivationState.STOPPED)


class Activation(Answer):
    """One admin's request to turn leads into users, and how far it is. Also the payload of ``activationProgress``.

    ``done`` leads (created + skipped) of ``total``; while ``claiming`` the total is not known yet and 0.
    """

    id: str
    request_id: str
    admin: str
    state: ActivationState
    total: int
    created: int
    skipped: int
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def done(self) -> int:
        """Leads that have come to their end, one way or the other."""
        return self.created + self.skipped


class SkippedLead(Answer):
    """``GET /api/activations/{id}/skipped``: a lead that did not become a user, and why."""

    lead_id: str
    email: str
    name: str
    reason: SkipReason
    #: The reason as a sentence.
    message: str


# --- Queue ------------------------------------------------------------------------------------------------------------


class QueueStatus(Answer):
    """The number on the tray: payload of ``emailQueueUpdate`` and answer of ``GET /api/queue/status``.

    ``total = pending + processing``.
    """

    pending: int
    processing: int
    failed: int
    total: int
    timestamp: datetime


class EmailState(StrEnum):
    """Which list of the Email Queue page."""

    PENDING = "pending"
    PROCESSING = "processing"
    FAILED = "failed"
    SENT = "sent"


class QueuedEmail(Answer):
    """A row of the Email Queue page. Never carries the password."""

    id: str
    state: EmailState
    email: str
    name: str = ""
    attempts: int
    #: When it was queued.
    created_at: datetime
    #: When it will be tried next (pending), or None.
    next_attempt_at: datetime | None = None
    #: When it was last tried, failed for good, or was sent.
    last_attempt_at: datetime | None = None
    #: The last error (pending, failed) or the server's reply (sent), as text.
    detail: str = ""


class QueueAlert(Answer):
    """Payload of ``queueAlert``: sending stands still and why, or (``active`` false) goes on again."""

    active: bool
    code: str
    message: str
    since: datetime


# --- Presence ---------------------------------------------------------------------------------------------------------


class OnlineAdmin(Answer):
    """An admin with a connected desktop."""

    username: str
    last_seen: datetime


class Presence(Answer):
    """Payload of ``presenceUpdate`` and ``GET /api/presence``."""

    admins: tuple[OnlineAdmin, ...]
    users_online: int


class SignsOfLife(Wire):
    """``POST /api/presence``: users that an application has seen just now, by id."""

    user_ids: Annotated[tuple[ObjectIdString, ...], Field(min_length=1, max_length=1000)]


# --- Events -----------------------------------------------------------------------------------------------------------


class LeadsChanged(Answer):
    """Payload of ``leadsChanged``: some leads are not what they were; ask again for what is on screen."""

    timestamp: datetime


class SessionEnded(Answer):
    """Payload of ``sessionEnded``, sent before the server closes the socket of a token that is no longer good."""

    message: str


class Event(StrEnum):
    """Names of the Socket.IO events and, beside each, its payload."""

    EMAIL_QUEUE_UPDATE = "emailQueueUpdate"  # QueueStatus
    ACTIVATION_PROGRESS = "activationProgress"  # Activation
    LEADS_CHANGED = "leadsChanged"  # LeadsChanged
    QUEUE_ALERT = "queueAlert"  # QueueAlert
    PRESENCE_UPDATE = "presenceUpdate"  # Presence
    SESSION_ENDED = "sessionEnded"  # SessionEnded
