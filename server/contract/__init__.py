"""Everything that crosses the wire between the service and its clients.

HTTP bodies, Socket.IO events, enums and error codes. Python is snake_case, the wire is camelCase; the one alias
generator below maps the two. This is the only module of the server that the desktop imports, so it depends on nothing
but pydantic.

Socket.IO: default path ``/socket.io``, default namespace, ``auth: {token}``. A refused connection carries an
:class:`Problem` as its data. Server to client only; each :class:`Event` names its payload.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from server.contract.base import Answer as Answer
from server.contract.base import Wire as Wire
from server.contract.import_codes import Encoding, ImportNoteCode, ImportProblemCode, encoding_named
from server.contract.sentences import Param as Param
from server.contract.sentences import Phrase as Phrase
from server.contract.sentences import Sentence as Sentence

API_VERSION = 1

#: Rows a client may ask for at once.
PAGE_LIMIT = 500

#: After so many seconds without a request the service hangs up. What is asked at that moment is lost, and nobody knows
#: whether it was done, so it cannot be asked again: whoever keeps connections lets them go before.
IDLE_CONNECTION_SECONDS = 5


# --- Errors -----------------------------------------------------------------------------------------------------------


class ErrorCode(StrEnum):
    """Stable codes of refusals; the sentence beside them is for people and may change."""

    BAD_CREDENTIALS = "badCredentials"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    #: The password was made for the first login: nothing else is answered before it is changed.
    PASSWORD_CHANGE_NEEDED = "passwordChangeNeeded"  # noqa: S105 - no password
    #: ``details.retryAfter`` (and the header ``Retry-After``): seconds until the next attempt is looked at.
    TOO_MANY_ATTEMPTS = "tooManyAttempts"
    NOT_FOUND = "notFound"
    INVALID = "invalid"
    CONFLICT = "conflict"
    TOO_LARGE = "tooLarge"
    TOO_MANY = "tooMany"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class Problem(Answer):
    """The body of every refusal: a stable code, a sentence for people, and details to show or copy."""

    #: One of :class:`ErrorCode`, or one that only a newer server knows.
    code: Annotated[str, Field(json_schema_extra={"enum": [code.value for code in ErrorCode]})]
    message: str
    #: The same for clients that speak other languages.
    sentence: Sentence | None = None
    details: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def of(cls, code: ErrorCode, sentence: Sentence, details: Mapping[str, Any] | None = None) -> Problem:
        """A refusal that says this."""
        return cls(code=code, message=sentence.english, sentence=sentence, details=dict(details or {}))


# --- Sessions ---------------------------------------------------------------------------------------------------------


AdminName = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Credentials(Wire):
    """``POST /api/login``."""

    username: AdminName
    password: Password
    #: What an earlier login on this device was answered, if it was kept: wrong attempts of others, wherever they come
    #: from, do not slow down a device that is known.
    device: Annotated[str, StringConstraints(max_length=100)] | None = None


class Token(Answer):
    """Answer to a login. Token and device are opaque; the server keeps only their hashes."""

    token: str
    expires_at: datetime
    #: To be shown at the next login (see :class:`Credentials`). It does not log in by itself.
    device: str = ""
    #: Nothing but ``GET /api/me``, ``POST /api/password`` and ``POST /api/logout`` is answered before it is changed.
    must_change_password: bool = False


class Role(StrEnum):
    """What a login may do; ordered from least to most."""

    #: A program that users log in to: tells who of them is online, and is told nothing.
    REPORTER = "reporter"
    VIEWER = "viewer"
    OPERATOR = "operator"
    OWNER = "owner"


class Admin(Answer):
    """``GET /api/me``: who is logged in. Also the payload of ``accountChanged``: what became of the listener's own."""

    id: str
    username: str
    role: Role
    must_change_password: bool = False


class PasswordChange(Wire):
    """``POST /api/password``. The admin's other logins end with it."""

    current: Password
    new: Password


class LoginSession(Answer):
    """A row of ``GET /api/sessions``: a login that is still good."""

    id: str
    #: What the client called itself (``User-Agent``) when it logged in, and the address it came from.
    device: str
    address: str
    created_at: datetime
    #: Accurate to some minutes.
    last_used_at: datetime
    expires_at: datetime
    #: It is the one that asks.
    current: bool = False


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


class PartRestarts(Answer):
    """A part of the services that failed in a way that nobody expected, and was begun again by itself.

    The log of the service says why. On one database all services count together.
    """

    #: Its name in the log.
    part: str
    count: int
    #: The first time, and the last one.
    since: datetime
    last_at: datetime


# --- Admins -----------------------------------------------------------------------------------------------------------


class AdminAccount(Admin):
    """A row of ``GET /api/admins``."""

    disabled: bool
    is_online: bool
    last_seen: datetime | None = None
    created_at: datetime


class AdminInvitation(Wire):
    """``POST /api/admins``: somebody who shall be able to log in."""

    username: AdminName
    role: Role


class OneTimePassword(Answer):
    """Answer where an account is made or reset. The password is shown this once, and has to be changed when used."""

    admin: Admin
    password: str


class RoleChange(Wire):
    """``POST /api/admins/{id}/role``."""

    role: Role


class FirstOwner(Wire):
    """``POST /api/first-owner``: with the code that the server prints while nobody can log in, on its own machine."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    username: AdminName
    password: Password


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
    #: An index of another program wants a value to be unique that another user has.
    VALUE_TAKEN = "valueTaken"
    #: A rule of another program (a validator) does not allow the user.
    AGAINST_RULES = "againstRules"
    #: Another program has given the lead a status of its own.
    FOREIGN_STATUS = "foreignStatus"
    #: Of a newer version: the sentence says it.
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> SkipReason | None:
        return cls.OTHER if isinstance(value, str) else None


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
    #: The same address as mail servers have it, where that looks different: letters of other scripts may look like
    #: those of a well-known name.
    ascii_email: str | None = None
    name: str = ""
    company: str = ""
    phone: str = ""
    status: LeadStatus
    created_at: datetime
    activated_at: datetime | None = None
    skip_reason: SkipReason | None = None


class LeadFilter(Wire):
    """Which leads: those that ``search`` finds, in any of ``status`` (empty: all).

    All words of a search stand in the name, the address, the company or the telephone number, in any order; case and
    accents do not count.
    """

    search: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    status: tuple[LeadStatus, ...] = ()


#: The id of a lead, a user or an email as the lists have it: an ObjectId, or "~" and what another program gave it.
ROW_ID_PATTERN = r"^([0-9a-f]{24}|~[A-Za-z0-9_-]{8,2000})$"
RowId = Annotated[str, StringConstraints(pattern=ROW_ID_PATTERN)]


class Selection(Wire):
    """A choice of leads: either ids, or everything that matches a filter less exceptions."""

    ids: Annotated[tuple[RowId, ...], Field(max_length=200_000)] | None = None
    matching: LeadFilter | None = None
    exclude: Annotated[tuple[RowId, ...], Field(max_length=200_000, alias="except")] = ()

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Selection:
        if (self.ids is None) == (self.matching is None):
            raise ValueError("give either 'ids' or 'matching', not both and not neither")
        if self.ids is not None and self.exclude:
            raise ValueError("'except' goes with 'matching' only")
        return self


class ChosenLeads(Wire):
    """``POST /api/leads/chosen``: which of the chosen leads are wanted: those that a list with this filter shows, or
    the others.
    """

    selection: Selection
    listed: LeadFilter = LeadFilter()
    #: The others.
    beyond: bool = False


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
    """A row that was not imported: its line in the file (the first is line 1), what stood there, and why not."""

    line: int
    value: str
    code: ImportProblemCode = ImportProblemCode.OTHER
    #: Of the sentence; each code says which.
    params: dict[str, str | int] = Field(default_factory=dict)
    reason: str


class ImportNote(Answer):
    """What should be known of how a file is read, with the parameters of the sentence."""

    code: ImportNoteCode
    params: dict[str, str | int] = Field(default_factory=dict)
    text: str


class ImportLines(Answer):
    """Where the lines of a file are gone; of a workbook: the rows of its sheet, up to the last that holds something.

    Always: ``total`` is the sum of all others, and ``rows`` is that of the imported, those there already (in the file,
    in the database) and the refused.
    """

    total: int
    #: Above the header: a title, notes, the line that names the delimiter.
    above: int
    header: int
    empty: int
    #: Further lines of rows with line breaks within their cells.
    continued: int
    #: Of a workbook, and not wished for.
    hidden: int
    rows: int


class FileFormat(StrEnum):
    """What a file of leads is, judged by its content."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"


class LeadField(StrEnum):
    """What a column of a file can hold. First and last name together make a name where there is none."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "firstName"
    LAST_NAME = "lastName"
    COMPANY = "company"
    PHONE = "phone"


#: The line of the titles (of a workbook: the number of the row), or that there are none. No file has more lines.
HeaderRow = Annotated[int, Field(ge=1, le=2**26)] | Literal["none"]
#: As files have it: OpenDocument knows no limit, and Excel takes 31 characters.
SheetName = Annotated[str, StringConstraints(max_length=1000)]


class ImportReading(Wire):
    """How a file is to be read; what is absent is found out."""

    #: Of CSV.
    encoding: Annotated[Encoding, BeforeValidator(encoding_named)] | None = None
    delimiter: Annotated[str, StringConstraints(pattern=r"^[,;\t|]$")] | None = None
    #: Of a workbook.
    sheet: SheetName | None = None
    header_row: HeaderRow | None = None
    #: Of a workbook: take rows, too, that are hidden by hand or by a filter.
    hidden_rows: bool = False


class ImportPlan(ImportReading):
    """``POST /api/imports/{id}/check`` and ``…/start``: how the file is read, and which column (from 0) holds what."""

    mapping: dict[LeadField, Annotated[int, Field(ge=0, le=16_383)]]

    @model_validator(mode="after")
    def _somewhere_to_write(self) -> ImportPlan:
        if LeadField.EMAIL not in self.mapping:
            raise ValueError("one column has to hold the email addresses")
        return self


class ImportPreview(Answer):
    """``POST /api/imports`` and ``…/{id}/preview``: what the file looks like, read in this way."""

    id: str
    file_name: str
    format: FileFormat
    #: What was wished for; everything else here was found out.
    chosen: ImportReading = ImportReading()
    #: Of CSV.
    encoding: Encoding | None
    delimiter: str | None
    #: Of a workbook: the one that is read, all there are, and which of them the spreadsheet program does not show.
    sheet: str | None
    sheets: tuple[str, ...]
    hidden_sheets: tuple[str, ...] = ()
    header_row: HeaderRow = 1
    columns: tuple[str, ...]
    #: A sample: the first rows after the header and, further down, rows with odd letters and rows that are refused.
    rows: tuple[tuple[str, ...], ...]
    #: On which line each of ``rows`` begins.
    row_lines: tuple[int, ...] = ()
    #: Which of ``rows`` would be refused, by their lines.
    problems: tuple[ImportProblem, ...] = ()
    #: Which column seems to hold what.
    mapping: dict[LeadField, int]
    notes: tuple[ImportNote, ...] = ()


class ImportCheck(Answer):
    """What an import would do; nothing is written."""

    rows: int
    importable: int
    duplicates_in_file: int
    already_there: int
    #: All rows refused; ``problems`` lists the first of them.
    refused: int
    problems: tuple[ImportProblem, ...] = ()
    lines: ImportLines


class ImportResult(Answer):
    """Answer to ``POST /api/leads/import``: what came in, what was there already, what could not be used."""

    imported: int
    #: Rows whose address was there before, in the file or the database.
    duplicates: int
    duplicates_in_file: int
    already_there: int
    #: All rows refused; ``problems`` lists the first of them.
    refused: int
    problems: tuple[ImportProblem, ...] = ()
    lines: ImportLines
    #: How the file was read.
    plan: ImportPlan
    notes: tuple[ImportNote, ...] = ()


class ImportState(StrEnum):
    """Steps of an import. An upload that is not started is forgotten after a day."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    #: It ends after the rows in hand.
    STOPPING = "stopping"
    #: By an admin: what came in before stays, and can be taken back.
    STOPPED = "stopped"
    FINISHED = "finished"
    #: It could not go on, as when the file cannot be read as wished. What came in before stays, and can be taken back.
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def is_over(self) -> bool:
        """Whether nothing will change unasked."""
        return self in (ImportState.STOPPED, ImportState.FINISHED, ImportState.FAILED, ImportState.UNDONE)

    @property
    def can_be_undone(self) -> bool:
        """Whether what came in can be taken back."""
        return self.is_over and self is not ImportState.UNDONE


class Import(Answer):
    """One import of a file, and how far it is: ``done`` rows of ``total``. Also the payload of ``importProgress``.

    ``done`` is always the sum of ``imported``, ``duplicates`` and ``refused``; ``lines`` tells of the file as a whole.
    """

    id: str
    file_name: str
    by: str
    state: ImportState
    total: int
    done: int
    imported: int
    #: Rows whose address was there before: ``duplicates_in_file`` in the file, ``already_there`` in the database.
    duplicates: int
    duplicates_in_file: int = 0
    already_there: int = 0
    #: All rows refused; ``GET /api/imports/{id}/problems`` lists the first of them.
    refused: int
    #: Absent until the file was gone through once.
    lines: ImportLines | None = None
    #: Leads that an undo took away again, and those it left because they are users, or become so at that moment.
    removed: int = 0
    kept: int = 0
    #: Why it failed, as a sentence.
    message: str = ""
    sentence: Sentence | None = None
    created_at: datetime
    finished_at: datetime | None = None


# --- Users ------------------------------------------------------------------------------------------------------------


class UserSort(StrEnum):
    """Columns the server sorts users by."""

    EMAIL = "email"
    ACTIVATED_AT = "activatedAt"


class User(Answer):
    """An account made from a lead: a row of ``GET /api/users``."""

    id: str
    email: str
    name: str = ""
    activated_at: datetime
    #: As last reported by the applications that users log in to.
    is_online: bool
    last_seen: datetime | None = None


# --- Activations ------------------------------------------------------------------------------------------------------


class ActivationRequest(Wire):
    """``POST /api/activations``. Sending the same ``request_id`` again answers with the same activation."""

    selection: Selection
    request_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,64}$")]
    #: No email of it leaves sooner; None: as soon as possible.
    not_before: AwareDatetime | None = None


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
    #: The first few of those that would become users.
    some: tuple[Lead, ...] = ()
    #: How many of them the list of whoever asks does not show, and the first few of these.
    beyond: int = 0
    some_beyond: tuple[Lead, ...] = ()


class PreviewRequest(Wire):
    """``POST /api/activations/preview``: which leads the confirmation is about, and what the list behind it shows."""

    selection: Selection
    listed: LeadFilter = LeadFilter()
    #: When the emails shall begin to leave; None: as soon as possible.
    not_before: AwareDatetime | None = None


class ActivationState(StrEnum):
    """Steps of an activation; the last three are final."""

    CLAIMING = "claiming"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    STOPPED = "stopped"
    #: The server could not go on: the leads that are left are as they were before.
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self in (ActivationState.FINISHED, ActivationState.STOPPED, ActivationState.FAILED)


class Activation(Answer):
    """One admin's request to turn leads into users, and how far it is. Also the payload of ``activationProgress``.

    ``done`` leads (created + skipped) of ``total``. While ``claiming``, so many were chosen (0: that is not known yet),
    and ``claimed`` of them have been looked at.
    """

    id: str
    request_id: str
    admin: str
    state: ActivationState
    total: int
    claimed: int
    created: int
    skipped: int
    #: Why it failed, as a sentence.
    message: str = ""
    sentence: Sentence | None = None
    created_at: datetime
    finished_at: datetime | None = None
    #: No email of it leaves sooner; None: they leave as soon as possible.
    not_before: datetime | None = None

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
    sentence: Sentence | None = None


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
    #: The moment from which on it may leave, where that is still to come (pending).
    not_before: datetime | None = None
    #: When it was last tried, failed for good, or was sent.
    last_attempt_at: datetime | None = None
    #: The last error (pending, failed) or the server's reply (sent), as text.
    detail: str = ""
    #: What that means, where it can be said.
    sentence: Sentence | None = None
    #: It is among the failed ones because an admin keeps it back.
    held: bool = False
    #: It is among the failed ones because it came back after a mail server had accepted it.
    bounced: bool = False


class CapturedEmail(Answer):
    """``GET /api/mailbox/{id}``: an email as the local mailbox keeps it, but for the password, which is masked."""

    sender: str
    recipient: str
    at: datetime | None
    message_id: str
    subject: str
    text: str
    html: str


class EmailEventKind(StrEnum):
    """What can happen to an email."""

    QUEUED = "queued"
    #: A try failed for the time being.
    POSTPONED = "postponed"
    #: The mail server had it, and its answer was lost.
    UNCERTAIN = "uncertain"
    #: The server that had it in hand ended; it had not left.
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    #: An admin keeps it back.
    HELD = "held"
    CORRECTED = "corrected"
    #: An admin let it go again.
    REQUEUED = "requeued"
    #: A server has it in hand now.
    SENDING = "sending"
    DELIVERED = "delivered"
    #: A mail server on the way has not got it through yet, and goes on trying.
    DELAYED = "delayed"
    #: It came back after it had been accepted.
    BOUNCED = "bounced"


class EmailEvent(Answer):
    """A line of ``GET /api/queue/emails/{id}/history``, with the error, the reply, or what an admin did."""

    at: datetime
    what: EmailEventKind
    detail: str = ""
    #: By which mail account it was tried; empty where none had to do with it.
    account: str = ""
    #: What the detail means, where it can be said.
    sentence: Sentence | None = None


class LeadUser(Answer):
    """The user that a lead has become."""

    id: str
    is_online: bool
    last_seen: datetime | None
    must_change_password: bool


class LeadDetails(Answer):
    """``GET /api/leads/{id}``: a lead and what has happened to it."""

    lead: Lead
    phone: str
    imported_by: str
    #: Where it came from, where that is known.
    file_name: str | None
    activated_by: str | None
    user: LeadUser | None
    #: Its activation email: where it stands, and everything known of it, the oldest first.
    email_id: str | None
    email_state: EmailState | None
    email_events: tuple[EmailEvent, ...] = ()


class ThroughputSpan(StrEnum):
    """How far back: the last hour by minute, the last day or week by hour."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class ThroughputPeriod(Answer):
    """What became of the tries within one period: ``retried`` will be tried again, ``uncertain`` as well, but may have
    been delivered."""

    start: datetime
    accepted: int
    retried: int
    failed: int
    uncertain: int


class Throughput(Answer):
    """``GET /api/queue/throughput``: every period up to now, the oldest first, empty ones too.

    Approximate: a server that is killed takes about a second of its numbers along.
    """

    span: ThroughputSpan
    period_seconds: int
    periods: tuple[ThroughputPeriod, ...]


class SendingState(StrEnum):
    """How sending stands."""

    #: Nothing waits.
    IDLE = "idle"
    SENDING = "sending"
    #: Emails leave, but at the pace that the mail servers have asked for, which is slower than the limits.
    SLOWED = "slowed"
    #: Emails are due, and no account's limits have room before ``nextAt``.
    LIMITED = "limited"
    #: All that is in the queue waits for its next attempt.
    WAITING = "waiting"
    #: No account can send.
    BLOCKED = "blocked"
    #: An admin wants nothing to be sent.
    PAUSED = "paused"
    #: Emails wait, and it is outside of the hours in which they leave, until ``nextAt``.
    CLOSED = "closed"


class AccountState(StrEnum):
    """How one account stands."""

    READY = "ready"
    LIMITED = "limited"
    BLOCKED = "blocked"


class AccountStatus(Answer):
    """One account: what it may send now (``room``), and when that changes."""

    name: str
    state: AccountState
    #: Why it is blocked.
    message: str
    room: int
    next_at: datetime | None


class EstimateBasis(StrEnum):
    """What an estimate rests on: the limits in force, how fast the mail servers were seen to take emails, or when the
    last one falls due that waits for its next attempt.
    """

    LIMITS = "limits"
    MEASURED = "measured"
    DUE = "due"


class BounceReading(Answer):
    """The mailbox that bounces are read from, and why it cannot be read; no ``message``: it can."""

    name: str
    message: str = ""
    sentence: Sentence | None = None
    since: datetime | None = None
    #: When it is tried again.
    next_at: datetime | None = None


class SendingStatus(Answer):
    """Payload of ``sendingStatus`` and answer of ``GET /api/queue/sending``."""

    state: SendingState
    #: Why nothing is sent (blocked, paused) or so little (slowed), as a sentence.
    message: str
    sentence: Sentence | None = None
    #: When the next emails leave (limited, waiting, closed, paused until then) or an account is tried again (blocked).
    next_at: datetime | None
    #: How many then (limited).
    next_count: int | None
    #: When the queue should be empty; None when that cannot be said, as while blocked, or paused without an end.
    finished_at: datetime | None
    basis: EstimateBasis | None
    #: About how many emails leave in a minute (slowed).
    per_minute: float | None = None
    accounts: tuple[AccountStatus, ...]
    #: What will keep an account from sending before long, while somebody can still do something about it.
    warnings: tuple[Sentence, ...] = ()
    #: None: there is no mailbox to be read.
    bounces: BounceReading | None = None


#: The code of the alert that bounces cannot be read.
BOUNCES_ALERT = "bounces"


class QueueAlert(Answer):
    """Payload of ``queueAlert``: sending stands still and why, or (``active`` false) goes on again.

    With the code ``bounces`` it is the reading of bounces, of which that is said.
    """

    active: bool
    code: str
    message: str
    sentence: Sentence | None = None
    since: datetime


class PauseRequest(Wire):
    """``POST /api/queue/pause``: why, for the other admins; when it ends by itself (None: when somebody resumes)."""

    reason: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    until: AwareDatetime | None = None


class QueuePart(StrEnum):
    """Where an email that an admin may deal with can be. What is being sent at this moment is nobody's to change."""

    PENDING = "pending"
    FAILED = "failed"
    #: Kept back by an admin: stands among the failed ones, and goes nowhere until released.
    HELD = "held"
    #: Came back: stands among the failed ones, and is sent again only by who means just these, as most would come back
    #: once more.
    BOUNCED = "bounced"


class EmailSelection(Wire):
    """Which emails: by id, of one cause, those whose address or name contains a text, or all.

    Ids and a cause are looked for wherever the action applies. ``matching`` and ``everything`` mean one part of the
    queue: ``part``, or else the one that the action is for (retry and discard: failed, hold: pending, release: held).
    """

    part: QueuePart | None = None
    ids: Annotated[tuple[RowId, ...], Field(min_length=1, max_length=10_000)] | None = None
    cause: Annotated[str, StringConstraints(max_length=1000)] | None = None
    matching: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)] | None = None
    everything: bool = False

    @model_validator(mode="after")
    def _one_of_the_four(self) -> EmailSelection:
        given = (self.ids is not None, self.cause is not None, self.matching is not None, self.everything)
        if sum(given) != 1:
            raise ValueError("give one of 'ids', 'cause', 'matching' and 'everything'")
        if self.cause is not None and self.part is QueuePart.PENDING:
            raise ValueError("a pending email has no 'cause'")
        return self


class Correction(Wire):
    """``POST /api/queue/emails/{id}/correct``: the address to send it to."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=320, strip_whitespace=True)]


class LeftReason(StrEnum):
    """Why an action left an email as it was."""

    #: A worker has it in hand.
    BEING_SENT = "beingSent"
    #: It needs a new password, and the user has one of her own by now (or is gone).
    PASSWORD_CHANGED = "passwordChanged"  # noqa: S105 - no password
    #: Named by its id, but not where the action looks for it, or as wanted already.
    NOTHING_TO_DO = "nothingToDo"


class Changed(Answer):
    """How many emails an action has changed, and how many of the chosen ones it left as they were, and why."""

    changed: int
    skipped: int = 0
    #: ``skipped`` by reason (see :class:`LeftReason`).
    reasons: dict[str, int] = Field(default_factory=dict)


class FailureGroup(Answer):
    """Failures of the same cause: what differs from email to email is left out of the cause."""

    cause: str
    count: int
    first: datetime
    last: datetime
    #: The latest error in full.
    example: str
    #: What that means, where it can be said.
    sentence: Sentence | None = None
    #: They did not fail: an admin keeps them back.
    held: bool = False
    #: A mail server had accepted them, and they came back.
    bounced: bool = False


# --- Audit ------------------------------------------------------------------------------------------------------------


#: Who is said to have done it where no admin has: whoever may run commands on the server's machine, or set it up; mail
#: servers that have sent emails back; and who has tried to log in by a name that is nobody's.
COMMAND_LINE = "command line"
MAIL_SERVERS = "mail servers"
FIRST_OWNER = "first owner"
UNKNOWN_NAME = "(unknown name)"


class AuditResult(StrEnum):
    """What became of what somebody wanted to do."""

    DONE = "done"
    #: ``details.reason`` says why.
    REFUSED = "refused"


class AuditFilter(Wire):
    """Which entries: of actions that begin like ``action``, by that admin, with that result, found by ``search``.

    All words of a search stand in who it was, in the addresses concerned or in what else is told; case does not count.
    """

    action: Annotated[str, StringConstraints(max_length=100)] = ""
    by: Annotated[str, StringConstraints(max_length=100)] = ""
    result: AuditResult | None = None
    search: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    #: What is searched for in the words of another language, as a client shows them: codes of :class:`Phrase`, for the
    #: reason or cause, and actions. An entry with one of them is found as well.
    phrases: Annotated[tuple[Annotated[str, StringConstraints(max_length=100)], ...], Field(max_length=100)] = ()
    actions: Annotated[tuple[Annotated[str, StringConstraints(max_length=100)], ...], Field(max_length=100)] = ()


class AuditEntry(Answer):
    """A row of ``GET /api/audit``: who did what, from where, to how many, when, and whether it was done."""

    id: str
    at: datetime
    by: str
    #: The address it was asked for from; empty: none, as from the command line.
    origin: str = ""
    #: Such as ``queue.retry``.
    action: str
    count: int
    result: AuditResult = AuditResult.DONE
    #: The first addresses concerned.
    emails: tuple[str, ...] = ()
    #: What else there is to say: the reason of a pause, the cause that was chosen, the address that was corrected.
    details: dict[str, str] = Field(default_factory=dict)
    #: Those of the details that are the service's own words, for clients that speak other languages.
    sentences: dict[str, Sentence] = Field(default_factory=dict)
    #: Its place among the sealed ones; None: not sealed yet.
    number: int | None = None


class AuditFaultKind(StrEnum):
    """What is wrong at a number of the audit log."""

    #: The entry is not what it was when it was sealed.
    CHANGED = "changed"
    #: The entry is gone before its time.
    DELETED = "deleted"
    #: An entry that was never sealed says that it was.
    INSERTED = "inserted"
    #: The entry, or its seal, stands at another number than its own.
    REORDERED = "reordered"
    #: The entry is there, its seal is gone.
    SEAL_DELETED = "sealDeleted"
    #: The seal is not what the service has written.
    SEAL_CHANGED = "sealChanged"
    #: The seal does not follow the one before it: those before it were made anew.
    BROKEN = "broken"
    #: From this number on the log was cut off.
    CUT = "cut"
    #: More is sealed than the head tells of: an earlier head was put in its place.
    HEAD_BEHIND = "headBehind"
    #: What says where the log ends is gone.
    HEAD_DELETED = "headDeleted"
    #: What says where the log ends is not what the service has written.
    HEAD_CHANGED = "headChanged"
    #: It is signed under a master key that is not known here.
    HEAD_UNKNOWN = "headUnknown"
    #: When the service came to seal the next entry, the log was not as it had left it.
    INTERRUPTED = "interrupted"
    #: A head that somebody has noted down is not in the log.
    NOTED_HEAD_MISSING = "notedHeadMissing"


class AuditFault(Answer):
    """Something that nobody but the service may do was done to the audit log."""

    kind: AuditFaultKind
    #: Numbers of the entries concerned; 0: the log as a whole.
    first: int
    last: int
    #: The first of these entries, where it is known.
    entry: str | None = None
    #: Its time; of an interruption, when it was found.
    at: datetime | None = None


class AuditVerification(Answer):
    """What a look through the whole audit log has found."""

    verified_at: datetime
    #: Sealed entries that were looked at.
    entries: int
    #: Their numbers; the earlier ones are gone, as their time was over.
    first: int
    last: int
    #: What the log ends with. Noted down elsewhere it proves later that nothing was taken away.
    head: str
    #: Entries that may still grow, or were written in the last moments.
    not_sealed_yet: int = 0
    #: Up to this number it cannot be proven what was written before a lost master key was given up; 0: all can.
    unproven_until: int = 0
    #: How many things are wrong, and the first of them.
    fault_count: int = 0
    faults: tuple[AuditFault, ...] = ()
    #: The number of the head that was noted down, where one was given and is found.
    noted_number: int | None = None


class AuditCheck(Answer):
    """Answer of ``/api/audit/verification``."""

    #: Whether the service looks through the log just now.
    running: bool
    #: What it has found last; None: it has not looked since its start.
    latest: AuditVerification | None = None


# --- Template ---------------------------------------------------------------------------------------------------------


class TemplatePart(StrEnum):
    """The three parts of an email's template."""

    SUBJECT = "subject"
    TEXT = "text"
    HTML = "html"


def _unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class EmailTemplate(Wire):
    """What the activation email is made from, in Jinja2's language. The parts may name ``name``, ``email``,
    ``password`` (not in the subject) and ``login_url``.
    """

    subject: Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_unix_lines)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000), AfterValidator(_unix_lines)]
    html: Annotated[str, StringConstraints(min_length=1, max_length=100_000), AfterValidator(_unix_lines)]

    def part(self, part: TemplatePart) -> str:
        """One of the three."""
        return str(getattr(self, part.value))


class TemplateProblem(Answer):
    """What is wrong with a template: in which part, on which line (where there is one), and what is allowed instead."""

    part: TemplatePart
    line: int | None = None
    reason: str
    sentence: Sentence | None = None

    @classmethod
    def of(cls, part: TemplatePart, sentence: Sentence, line: int | None = None) -> TemplateProblem:
        """A problem that is said so."""
        return cls(part=part, line=line, reason=sentence.english, sentence=sentence)


class TemplateVersion(Answer):
    """One saved version of the template. Version 0 is the one that comes with the program."""

    version: int
    #: Who saved it, and when.
    by: str | None
    at: datetime | None
    #: It is the one that comes with the program.
    is_default: bool
    template: EmailTemplate


class TemplateState(TemplateVersion):
    """``GET /api/template``: the version in use, and what comes with the program."""

    default: EmailTemplate


class TemplateSave(Wire):
    """``POST /api/template``: to be in use from now on. ``based_on``: the version its author has seen."""

    template: EmailTemplate
    based_on: Annotated[int, Field(ge=0, le=2**31)]


class TemplateReset(Wire):
    """``POST /api/template/reset``: back to what comes with the program. ``based_on``: the version last seen."""

    based_on: Annotated[int, Field(ge=0, le=2**31)]


class TemplateTry(Wire):
    """``POST /api/template/preview``: a template (absent: the one in use) filled in for a lead or somebody made up.

    The password is made up in any case.
    """

    template: EmailTemplate | None = None
    lead_id: RowId | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    email: Annotated[str, StringConstraints(max_length=320, strip_whitespace=True)] | None = None

    @model_validator(mode="after")
    def _one_person(self) -> TemplateTry:
        if self.lead_id is not None and (self.name is not None or self.email is not None):
            raise ValueError("give either 'leadId' or 'name' and 'email'")
        return self


class TemplatePreview(Answer):
    """What the email would be; ``problems``: why the template could not be saved as it is."""

    subject: str
    text: str
    html: str
    problems: tuple[TemplateProblem, ...] = ()


class TrialRequest(Wire):
    """``POST /api/template/test-send``: to whom, and which template (absent: the one in use)."""

    to: Annotated[str, StringConstraints(min_length=3, max_length=320, strip_whitespace=True)]
    template: EmailTemplate | None = None


class TrialResult(Answer):
    """What the mail server says: its reply, or why the test did not get there."""

    accepted: bool
    account: str
    reply: str


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

    user_ids: Annotated[tuple[RowId, ...], Field(min_length=1, max_length=1000)]


# --- Events -----------------------------------------------------------------------------------------------------------


class LeadsChanged(Answer):
    """Payload of ``leadsChanged``: some leads are not what they were; ask again for what is on screen."""

    timestamp: datetime


class AdminsChanged(Answer):
    """Payload of ``adminsChanged``, for owners: ask again for the list of admins if it is on screen."""

    timestamp: datetime


class SessionEnded(Answer):
    """Payload of ``sessionEnded``, sent before the server closes the socket of a token that is no longer good."""

    message: str
    sentence: Sentence | None = None


class Event(StrEnum):
    """Names of the Socket.IO events and, beside each, its payload."""

    EMAIL_QUEUE_UPDATE = "emailQueueUpdate"  # QueueStatus
    DESK_SNAPSHOT = "deskSnapshot"  # snapshot.Snapshot
    ACTIVATION_PROGRESS = "activationProgress"  # Activation
    LEADS_CHANGED = "leadsChanged"  # LeadsChanged
    IMPORT_PROGRESS = "importProgress"  # Import
    QUEUE_ALERT = "queueAlert"  # QueueAlert
    SENDING_STATUS = "sendingStatus"  # SendingStatus
    PRESENCE_UPDATE = "presenceUpdate"  # Presence
    ACCOUNT_CHANGED = "accountChanged"  # Admin
    ADMINS_CHANGED = "adminsChanged"  # AdminsChanged
    SESSION_ENDED = "sessionEnded"  # SessionEnded


# --- Lists as CSV -----------------------------------------------------------------------------------------------------

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection), also behind what another country's
#: spreadsheet takes for the end of a cell.
_FORMULA = re.compile(r"(^|[;\t\r\n])(?=\s*[=+\-@＝＋－＠\t\r\n])")


def csv_cell(text: str) -> str:
    """The text as it stands in every list that leaves as CSV: formulas are defused by a leading apostrophe."""
    return _FORMULA.sub(r"\1'", text)
