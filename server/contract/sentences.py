"""Every sentence by which the service tells people something: a code, the English text, and what the text names.

Programs go by the code, the command line and the API's ``message`` by the English text, and a desktop says it in its
user's language. Here is the one list of them, but for what is said of a file's rows, which stands by its codes in
:mod:`server.contract.import_codes`: translations are made from these texts, by ``make translations``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum, unique
from functools import cache
from string import Formatter

from pydantic import Field
from pydantic.alias_generators import to_camel

from server.contract.base import Answer

#: Parameters that are a length of time in seconds.
LENGTHS = frozenset({"wait", "age"})
#: Parameters that are a moment (ISO 8601).
MOMENTS = frozenset({"at", "until"})
#: Of these the ones that may lie days ahead.
_DAYS_AHEAD = frozenset({"until"})


class Sentence(Answer):
    """One or two sentences for people, so that each client can say them in its own language."""

    #: Of a :class:`Phrase`, or one that only a newer server knows.
    code: str
    #: What the text names; in seconds where it is one of :data:`LENGTHS`. A sentence may quote another one.
    params: dict[str, Param] = Field(default_factory=dict)

    @property
    def english(self) -> str:
        """The English text; empty for a code that is not known here."""
        phrase = phrase_of(self.code)
        if phrase is None:
            return ""
        return phrase.english.format_map({name: _in_english(name, value) for name, value in self.params.items()})


Param = str | int | float | Sentence


def _in_english(name: str, value: Param) -> str:
    if isinstance(value, Sentence):
        return value.english
    if name in LENGTHS and not isinstance(value, str):
        return _length(value)
    if name in MOMENTS and isinstance(value, str):
        form = "%Y-%m-%d %H:%M" if name in _DAYS_AHEAD else "%H:%M:%S"
        return f"{datetime.fromisoformat(value).astimezone(UTC):{form}} UTC"
    return f"{value:,}" if isinstance(value, int) else str(value)


_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def _length(seconds: float) -> str:
    """In the largest unit of which it is a whole number."""
    whole = max(1, round(seconds))
    unit, name = next((unit, name) for unit, name in _UNITS if whole % unit == 0)
    count = whole // unit
    return f"{count:,} {name}" + ("" if count == 1 else "s")


def seconds_of(length: str) -> int | None:
    """What an English length of time stands for."""
    count, _, name = length.replace(",", "").partition(" ")
    units = {unit_name: unit for unit, unit_name in _UNITS}
    unit = units.get(name.removesuffix("s"))
    return int(count) * unit if count.isdigit() and unit is not None else None


def translatable(_context: str, text: str) -> str:
    """The text as it is; the tools of the translators look for this name."""
    return text


@unique
class Phrase(Enum):
    """What is said, and by which parameters."""

    # --- Logins and passwords ---
    WRONG_LOGIN = translatable("Phrase", "Name or password is wrong.")
    ACCOUNT_DISABLED = translatable("Phrase", "Your account is disabled. Ask an owner to enable it.")
    ACCOUNT_CHANGED = translatable("Phrase", "The account was changed at the same moment. Log in again.")
    ACCOUNT_IS_DISABLED = translatable("Phrase", "The account is disabled.")
    LOGIN_ENDED = translatable("Phrase", "Your login has ended. Log in again.")
    LOGIN_EXPIRED = translatable("Phrase", "Your login has expired. Log in again.")
    DISABLED_MEANWHILE = translatable("Phrase", "Your account was disabled. Ask an owner to enable it.")
    PASSWORD_RESET = translatable("Phrase", "Your password was reset. Log in with the one that an owner gives you.")
    PASSWORD_CHANGED = translatable("Phrase", "Your password was changed at the same moment. Log in again.")
    LOGIN_NEEDED = translatable("Phrase", "A login is needed. Send 'Authorization: Bearer <token>'.")
    LOGIN_NEEDED_TO_LISTEN = translatable("Phrase", "A login is needed to listen. Log in and connect with its token.")
    TOO_MANY_ATTEMPTS = translatable("Phrase", "Too many attempts. Try again in {wait}.")
    CHOOSE_A_PASSWORD = translatable(
        "Phrase",
        "Your password was made for your first login. Choose one of your own before anything else.",
    )
    PASSWORD_IS_THE_SAME = translatable("Phrase", "The new password is the present one. Choose another.")
    PRESENT_PASSWORD_WRONG = translatable("Phrase", "The present password is wrong.")
    PASSWORD_TOO_SHORT = translatable("Phrase", "The password must have at least {least} characters.")
    PASSWORD_REPEATS = translatable(
        "Phrase",
        "The password repeats itself or counts up. Choose another, such as four words of your own.",
    )
    PASSWORD_COMMON = translatable(
        "Phrase",
        "The password is one of those that are tried first. Choose another, such as four words of your own.",
    )
    NO_SUCH_LOGIN = translatable("Phrase", "There is no such login (any more).")

    # --- Admins and what they may do ---
    FOR_OPERATORS = translatable(
        "Phrase",
        "This is for operators and owners; a viewer may look on but change nothing. Ask one of them.",
    )
    FOR_OWNERS = translatable("Phrase", "This is for owners. Ask one.")
    UNSAVED_TEMPLATE_FOR_OWNERS = translatable(
        "Phrase",
        "Only owners may send a test by a template that is not in use. Ask one to send it, or to save it first.",
    )
    FOR_REPORTERS = translatable(
        "Phrase", "Who is online is reported by programs with the role reporter, and by operators and owners."
    )
    FOR_PEOPLE = translatable(
        "Phrase", "This login is a program's: it may report who is online, and is shown nothing. Use another one."
    )
    FOR_NOBODY = translatable("Phrase", "Nobody may do this.")
    FOR_THIS_MACHINE = translatable("Phrase", "This is possible on the server's own machine only.")
    WRONG_CODE = translatable(
        "Phrase",
        "The code is not the one that the server has printed since it was last started. On its machine, "
        "'activation-server admin add NAME' adds an owner as well.",
    )
    THERE_ARE_ADMINS = translatable("Phrase", "There are admins by now. Ask an owner to add you.")
    NAME_TAKEN = translatable("Phrase", "There is already an admin named '{name}'. Choose another name.")
    NAME_UNUSABLE = translatable("Phrase", "The name must have 1 to 100 printable characters.")
    LAST_OWNER = translatable("Phrase", "The last owner who can log in is {name}. Make somebody else an owner first.")
    NO_SUCH_ADMIN = translatable("Phrase", "There is no such admin.")
    NO_ADMIN_NAMED = translatable("Phrase", "There is no admin named '{name}'.")

    # --- Requests as such ---
    DATABASE_AWAY = translatable("Phrase", "The database does not answer at the moment. Try again.")
    DATABASE_SILENT = translatable("Phrase", "The database does not answer. Nothing is sent until it does.")
    DATABASE_UNCONFIRMED = translatable(
        "Phrase", "The database does not confirm what is written. Nothing is sent until it does."
    )
    DATABASE_GONE = translatable(
        "Phrase",
        "The database was dropped or replaced under the running server, which has stopped. "
        "Restore a backup, or start the server again to begin with what is there.",
    )
    STARTING = translatable("Phrase", "The server is starting and waits for its database. Try again in a moment.")
    JOB_NEVER_CAME_ON = translatable(
        "Phrase",
        "It was begun {tries} times and never came on: each time the server or its database ended, or failed. "
        "The server's log says more.",
    )
    OF_ANOTHER_VERSION = translatable(
        "Phrase",
        "Another version of the server began this, in a way that this one does not know. Begin it anew.",
    )
    SERVER_FAILED = translatable("Phrase", "Something went wrong on the server. Its log says what.")
    REQUEST_WRONG = translatable("Phrase", "The request is not right: {where}: {problem}.")
    NOT_HERE = translatable("Phrase", "This cannot be asked here: {problem}.")
    REQUEST_TOO_LARGE = translatable("Phrase", "The request is too large; it may have {size}.")
    HEAD_TOO_LARGE = translatable("Phrase", "The request's address and headers are too long; they may have {size}.")
    FOREIGN_PAGE = translatable(
        "Phrase", "Web pages of {origin} may not ask this server. Name their origin in FRONTEND_URL."
    )
    TOO_MANY_REQUESTS = translatable("Phrase", "You ask for more than this server has time for. Wait a few seconds.")
    CONNECTED_TOO_OFTEN = translatable("Phrase", "You are connected too often. Close another desktop.")
    CURSOR_OF_ANOTHER_LIST = translatable(
        "Phrase", "The page cursor belongs to another list. Ask for the first page again."
    )
    CURSOR_UNKNOWN = translatable("Phrase", "The page cursor is not one of ours. Ask for the first page again.")
    PASSWORD_LOST = translatable(
        "Phrase", "The password of this email was lost with the master key. Retried, it gets a new one."
    )
    MASTER_KEY_NOT_LOST = translatable(
        "Phrase",
        "The master key opens this database, and nothing is lost. 'activation-server key rotate' replaces it.",
    )
    MASTER_KEY_REPLACED = translatable(
        "Phrase",
        "The master key was replaced, and this server does not have the new one. Give it "
        "ACTIVATION_MASTER_KEY or master.key as the others have it.",
    )

    # --- Leads, activations and imports ---
    NO_ROW_ID = translatable(
        "Phrase", "“{id}” is no id by which a row can be picked. Take ids as the lists have them, or pick by a search."
    )
    NO_SUCH_LEAD = translatable("Phrase", "There is no such lead.")
    LEAD_GONE = translatable("Phrase", "The lead does not exist any more.")
    REQUEST_ID_TAKEN = translatable(
        "Phrase", "This request id is already taken. Send the request again with a new one."
    )
    NO_SUCH_ACTIVATION = translatable("Phrase", "There is no such activation.")
    ALREADY_USER = translatable("Phrase", "There is already a user with this address.")
    ADDRESS_REFUSED = translatable("Phrase", "The address cannot receive email.")
    IN_ANOTHER_ACTIVATION = translatable("Phrase", "Another activation is dealing with this lead.")
    VALUE_TAKEN = translatable(
        "Phrase", "Another user has the same value in the index '{index}', which another program has made unique."
    )
    AGAINST_RULES = translatable(
        "Phrase", "A rule that another program has given to the collection of users does not allow this one."
    )
    FOREIGN_STATUS = translatable("Phrase", "Another program has given this lead a status that is not known here.")
    SKIPPED_OTHERWISE = translatable("Phrase", "Another version of the server has skipped this lead.")
    LEADS_KEEP_CHANGING = translatable(
        "Phrase",
        "Each of the {rounds} times that leads were to become users, another program had changed them. Begin it anew "
        "when that program has ended.",
    )
    FILE_GONE = translatable("Phrase", "The file is not kept any more. Choose it again.")
    IMPORT_GONE = translatable("Phrase", "There is no such import (any more). Choose the file again.")
    NO_SUCH_IMPORT = translatable("Phrase", "There is no such import (any more).")
    IMPORT_NOT_STARTED = translatable("Phrase", "This import was not started, so there is nothing to stop.")
    IMPORT_NOT_FINISHED = translatable("Phrase", "Only a finished import can be undone. Wait until it is.")
    IMPORT_IN_USE = translatable(
        "Phrase", "All leads of this import are users by now. There is nothing left to take back."
    )

    # --- Files of leads that cannot be read as a whole ---
    FILE_EMPTY = translatable("Phrase", "The file is empty. It needs a header line and one lead on each line after it.")
    FILE_TOO_LARGE = translatable("Phrase", "The file is larger than {megabytes} MB. Split it and import the parts.")
    FILE_NOT_TEXT = translatable("Phrase", "The file is not text. Save the table as CSV (UTF-8) and import that.")
    FILE_ROW_TOO_LONG = translatable(
        "Phrase",
        "The row in line {line} is too long: a row may have {characters} characters and {columns} cells. "
        "Save the table anew, with each lead in a line of its own.",
    )
    FILE_WITHOUT_HEADER = translatable(
        "Phrase", "The file has nothing in line {line} or after it. Choose another line of titles."
    )
    FILE_WITHOUT_ADDRESSES = translatable(
        "Phrase",
        "The file has no column with email addresses. Line {line} names: {titles}. Name one of them 'email'.",
    )
    SHEET_EMPTY = translatable(
        "Phrase", "The sheet '{sheet}' is empty. It needs a header row and one lead in each row after it."
    )
    SHEET_HIDDEN = translatable(
        "Phrase", "All rows of the sheet '{sheet}' are hidden. Show them, or have hidden rows imported, too."
    )
    SHEET_UNKNOWN = translatable("Phrase", "The workbook has no such sheet. It has: {sheets}.")
    WORKBOOK_OLD = translatable("Phrase", "This is an old workbook (XLS). Save it as XLSX or as CSV and import that.")
    WORKBOOK_LOCKED = translatable(
        "Phrase", "The workbook is protected by a password. Save it without one and import that."
    )
    WORKBOOK_BROKEN = translatable(
        "Phrase",
        "The workbook cannot be read. Open it, save it again as XLSX, or save the sheet as CSV, and import that.",
    )
    WORKBOOK_TOO_LARGE = translatable(
        "Phrase", "The workbook is too large to be read. Save the sheet as CSV and import that."
    )
    FILE_IS_ARCHIVE = translatable(
        "Phrase", "This is an archive of files. Unpack it and import the table that is in it."
    )
    FILE_IS_DOCUMENT = translatable(
        "Phrase", "This is a document and not a table. Copy its table to a spreadsheet and import that."
    )
    FILE_IS_PICTURE = translatable("Phrase", "This is a picture and not a table.")
    FILE_IS_CONTACT_CARDS = translatable(
        "Phrase", "These are contact cards (vCard). Export the contacts as CSV and import that."
    )
    FILE_IS_CALENDAR = translatable("Phrase", "This is a calendar. Export the contacts as CSV and import that.")
    FILE_IS_DIRECTORY = translatable(
        "Phrase", "This is an export of a directory (LDIF). Export the contacts as CSV and import that."
    )
    FILE_IS_JSON = translatable("Phrase", "This is JSON and not a table. Save it as CSV and import that.")
    FILE_IS_WEB_PAGE = translatable(
        "Phrase", "This is a web page (HTML). Open it in a spreadsheet, save it as XLSX, and import that."
    )
    FILE_IS_XML = translatable(
        "Phrase", "This is XML and not a table. Open it in a spreadsheet, save it as XLSX or CSV, and import that."
    )

    # --- Addresses to which no email can go ---
    ADDRESS_WITHOUT_AT = translatable("Phrase", "This is no email address: it has no @.")
    ADDRESS_BAD_MAILBOX = translatable("Phrase", "What stands before the @ cannot be used in an email address.")
    ADDRESS_BAD_DOMAIN = translatable("Phrase", "What stands after the @ is no domain.")
    ADDRESS_DOMAIN_WITHOUT_DOT = translatable("Phrase", "The domain {domain} is not whole: it has no dot.")
    ADDRESS_DOMAIN_RESERVED = translatable(
        "Phrase", "The domain {domain} is reserved; no email can be delivered there."
    )
    ADDRESS_TOO_LONG = translatable("Phrase", "The address is longer than email addresses can be.")

    # --- Emails ---
    EMAIL_UNKNOWN = translatable("Phrase", "Nothing is known of this email (any more).")
    EMAIL_NOT_SENT = translatable("Phrase", "Nothing is known of this email having been sent (any more).")
    FOREIGN_EMAIL_STATUS = translatable(
        "Phrase", "Another program has queued this email with a status that is not known here."
    )
    FOREIGN_EMAIL_ID = translatable("Phrase", "Another program has queued this email under an id that cannot be used.")
    FOREIGN_EMAIL_WITHOUT_ADDRESS = translatable("Phrase", "Another program has queued this email without an address.")
    FOREIGN_EMAIL_WITHOUT_PASSWORD = translatable(
        "Phrase", "Another program has queued this email without a password that can be sent."
    )
    EMAIL_NOT_CAPTURED = translatable("Phrase", "This email went to a mail server, not into the local mailbox.")
    EMAIL_FILE_GONE = translatable("Phrase", "{file} is not in the mailbox of this server (any more).")
    EMAIL_FILE_FOREIGN = translatable("Phrase", "{file} in the mailbox of this server is another email.")
    EMAIL_GONE = translatable("Phrase", "This email is not among the pending or failed ones any more.")
    EMAIL_BEING_SENT = translatable(
        "Phrase", "This email is being sent at this moment. Try again when it has been dealt with."
    )
    OWN_PASSWORD = translatable("Phrase", "The user has a password of her own by now. Discard this email instead.")
    ADDRESS_TAKEN = translatable("Phrase", "Another user or lead has the address {address} already.")
    ACTION_ELSEWHERE = translatable("Phrase", "'{action}' is for emails that are {parts}.")
    ONLY_FAILED = translatable("Phrase", "'cause', 'held' and 'bounced' are for failed emails.")

    # --- What became of an email ---

    ACCEPTED = translatable("Phrase", "The mail server has accepted the email.")
    ADDRESS_UNKNOWN = translatable("Phrase", "The address does not exist.")
    ADDRESS_NOT_TAKEN = translatable("Phrase", "The mail server takes no such address.")
    DOMAIN_UNKNOWN = translatable("Phrase", "The domain of the address does not exist.")
    DOMAIN_WITHOUT_MAIL = translatable("Phrase", "The domain of the address takes no emails.")
    DOMAIN_UNREACHABLE = translatable("Phrase", "The recipient's mail server does not answer.")
    MAILBOX_DISABLED = translatable("Phrase", "The mailbox is closed.")
    MAILBOX_FULL = translatable("Phrase", "The mailbox is full.")
    MESSAGE_TOO_LARGE = translatable("Phrase", "The email is too large for the mail server.")
    DAILY_LIMIT = translatable("Phrase", "The mail account has used up its limit.")
    REJECTED_BY_POLICY = translatable("Phrase", "The mail server rejects the email by its rules.")
    REFUSED = translatable("Phrase", "The mail server refuses the email.")
    ASKED_TO_WAIT = translatable("Phrase", "The mail server asks to try again later.")
    PUT_OFF = translatable("Phrase", "The mail server does not take the email for now.")
    BROKE_OFF = translatable("Phrase", "The connection broke off: {answer}")
    HANDED_OVER = translatable("Phrase", "The email was handed over, but whether it was delivered is not known. {why}")
    ANSWERED_STRANGELY = translatable("Phrase", "The mail server answered '{answer}' to it")
    NOT_ADDRESSABLE = translatable("Phrase", "The address cannot be put into an SMTP command: {answer}")
    CUT_OFF = translatable(
        "Phrase", "The service ended while the mail server had the message; whether it was delivered is not known."
    )
    GIVEN_UP_AFTER_ATTEMPTS = translatable("Phrase", "Given up after {attempts} attempts. The last one: {answer}")
    GIVEN_UP_AFTER = translatable("Phrase", "Given up after {age}. The last attempt: {answer}")
    NOT_ITS_FAULT = translatable("Phrase", "Others were refused in the same way: it is tried again.")
    HELD_BY = translatable("Phrase", "Held by {name}.")
    CAME_BACK = translatable("Phrase", "It came back: {answer}")
    CAME_BACK_SILENTLY = translatable("Phrase", "It came back, and nobody says why.")
    BY = translatable("Phrase", "By {name}.")
    CORRECTED_BY = translatable("Phrase", "From {before} to {after}, by {name}.")

    # --- Why an account cannot send ---

    MAIL_SERVER_UNREACHABLE = translatable("Phrase", "The mail server cannot be reached: {answer}")
    MAIL_SERVER_BUSY = translatable("Phrase", "The mail server asks to come back later: {answer}")
    MAIL_SERVER_NOT_SECURE = translatable("Phrase", "The connection to the mail server cannot be secured: {answer}")
    MAIL_LOGIN_REFUSED = translatable("Phrase", "The mail server refuses the login: {answer}")
    SENDER_REFUSED = translatable("Phrase", "The mail server refuses the sender's address: {answer}")
    NO_LOGIN = translatable("Phrase", "There is no way to log in to the mail server: {answer}")
    LOGIN_KINDS = translatable("Phrase", "It offers only {kinds}, and known here are PLAIN, LOGIN and CRAM-MD5.")
    LOGIN_NEEDS_TOKENS = translatable(
        "Phrase", "It offers only {kinds}, and takes no passwords: set SMTP_OAUTH, and leave the password out."
    )
    LOGIN_NEEDS_TLS = translatable(
        "Phrase", "It offers a login only on an encrypted connection: write smtp:// for smtp+plain://."
    )
    LOGIN_NOT_OFFERED = translatable("Phrase", "It asks for no login: leave out the user and the password.")
    LOGIN_WITHOUT_TOKENS = translatable(
        "Phrase", "It offers only {kinds}, and access tokens need XOAUTH2 or OAUTHBEARER: set a password instead."
    )
    LOGIN_CHALLENGE = translatable("Phrase", "Its question for {kind} cannot be read.")
    NO_TLS_HERE = translatable(
        "Phrase", "It speaks no TLS from the start on this port: write smtp:// (STARTTLS) for smtps://."
    )
    NO_STARTTLS = translatable(
        "Phrase",
        "It offers no STARTTLS: write smtps:// where its port is for TLS from the start, and smtp+plain:// only where "
        "nobody else can listen.",
    )
    TLS_TOO_OLD = translatable("Phrase", "It offers only TLS before 1.2, which is not safe any more.")
    NO_GREETING = translatable(
        "Phrase", "It says nothing: write smtps:// for smtp:// where its port is for TLS from the start, as 465 is."
    )
    SENDING_REFUSED = translatable("Phrase", "The mail server does not let this service send: {answer}")
    NAME_REFUSED = translatable(
        "Phrase", "The mail server does not take the name by which it is greeted (set SMTP_HELO): {answer}"
    )
    QUOTA_USED = translatable("Phrase", "The mail account has sent as much as it may for now: {answer}")
    SERVER_TROUBLE = translatable("Phrase", "The mail server has a trouble of its own: {answer}")
    PASSWORDS_LOCKED = translatable("Phrase", "The passwords of queued emails cannot be read: {answer}")
    ALL_REFUSED = translatable(
        "Phrase", "The mail server refuses one recipient after the other in the same way: {answer}"
    )
    ANSWERS_LOST = translatable("Phrase", "The mail server takes emails and gives no answer for them: {answer}")
    TOKEN_SERVER_AWAY = translatable("Phrase", "The token server {server} cannot be reached: {answer}")
    TOKEN_SERVER_BUSY = translatable("Phrase", "The token server {server} asks to come back later: {answer}")
    TOKEN_SERVER_STRANGE = translatable("Phrase", "What answers at {server} is no token server: {answer}")
    TOKEN_REFUSED = translatable("Phrase", "The token server {server} refuses the login: {answer}")

    SECRET_ENDS = translatable(
        "Phrase", "The client secret of {account} ends in {wait}. Make a new one at the provider, and set {setting}."
    )
    SECRET_HAS_ENDED = translatable(
        "Phrase", "The client secret of {account} has ended. Make a new one at the provider, and set {setting}."
    )
    CERTIFICATE_ENDS = translatable(
        "Phrase", "The certificate of {account} ends in {wait}. Upload a new one at the provider, and set {setting}."
    )
    CERTIFICATE_HAS_ENDED = translatable(
        "Phrase", "The certificate of {account} has ended. Upload a new one at the provider, and set {setting}."
    )

    # --- What is likely to help ---

    ADVISED = translatable("Phrase", "{problem} What may help: {advice}")
    ADVICE_SECRET_VALUE = translatable(
        "Phrase", "Set the client secret's value, not its id, and look whether the client id is the application's."
    )
    ADVICE_SECRET_ENDED = translatable("Phrase", "Make a new client secret at the provider, and set it here.")
    ADVICE_CERTIFICATE = translatable(
        "Phrase", "Upload the certificate to the application at the provider; it may have ended."
    )
    ADVICE_APPLICATION = translatable(
        "Phrase", "Look at the client id and the tenant: the application is not there, or is disabled."
    )
    ADVICE_TENANT = translatable("Phrase", "Look at the tenant: there is none of that id or domain.")
    ADVICE_CLOCK = translatable("Phrase", "Set this machine's clock: it may be wrong.")
    ADVICE_REFRESH_TOKEN = translatable(
        "Phrase",
        "Give consent anew and set the new refresh token. At Google those of apps in testing end after 7 days.",
    )
    ADVICE_CONSENT = translatable(
        "Phrase", "Give the application its permission at the provider, with an administrator's consent."
    )
    ADVICE_SERVICE_ACCOUNT = translatable("Phrase", "Make a new key for the service account, and set it here.")
    ADVICE_MAILBOX = translatable("Phrase", "Look at the user: there is no such mailbox.")
    ADVICE_DELEGATION = translatable(
        "Phrase",
        "In Google's admin console allow the service account's client id the scope https://mail.google.com/ "
        "(domain-wide delegation).",
    )
    ADVICE_STEPS_AT_MICROSOFT = translatable(
        "Phrase",
        "Look at the four steps at Microsoft: the permission SMTP.SendAsApp with admin consent, New-ServicePrincipal "
        "with the object id of the enterprise application, Add-MailboxPermission for it, and the mailbox as the user.",
    )
    ADVICE_SMTP_AUTH = translatable(
        "Phrase",
        "Switch SMTP AUTH on: Set-CASMailbox -SmtpClientAuthenticationDisabled $false for the mailbox, or "
        "Set-TransportConfig for all.",
    )
    ADVICE_SIGN_IN_RULES = translatable(
        "Phrase", "Security defaults or conditional access keep it out: allow the application or the mailbox there."
    )
    ADVICE_USE_TOKENS = translatable(
        "Phrase", "Passwords are not taken there any more: set SMTP_OAUTH, and leave the password out."
    )
    ADVICE_SEND_AS = translatable(
        "Phrase", "Send as the mailbox itself (MAIL_FROM), or give it the right: Add-RecipientPermission … SendAs."
    )
    OTHERS_GO_ON = translatable("Phrase", "{problem} The other accounts go on sending.")
    MOSTLY_PUT_OFF = translatable("Phrase", "The commonest reason: {answer}")
    NO_ANSWER = translatable("Phrase", "The mail server at {server} does not answer.")

    # --- Template ---
    TEMPLATE_SAVED_MEANWHILE = translatable("Phrase", "{name} has saved version {version} meanwhile. Look at it first.")
    TEMPLATE_UNUSABLE = translatable("Phrase", "The template cannot be used. {problem}")
    TEMPLATE_PROBLEM = translatable("Phrase", "{part}: {problem}")
    TEMPLATE_PROBLEM_AT = translatable("Phrase", "{part}, line {line}: {problem}")
    SUBJECT = translatable("Phrase", "subject")
    TEXT_PART = translatable("Phrase", "text")
    HTML_PART = translatable("Phrase", "html")
    TEMPLATE_SYNTAX = translatable("Phrase", "cannot be read: {problem}.")
    TEMPLATE_CONTROL_CHARACTER = translatable("Phrase", "holds a control character.")
    TEMPLATE_LONG_NUMBER = translatable("Phrase", "holds a number that is too long.")
    TEMPLATE_TOO_DEEP = translatable("Phrase", "is nested too deeply.")
    TEMPLATE_TOO_MANY_TAGS = translatable("Phrase", "fills in and decides too often: at most {most} times.")
    TEMPLATE_NOT_FILLED_IN = translatable("Phrase", "cannot be filled in: {problem}.")
    TEMPLATE_EMPTY = translatable("Phrase", "is empty.")
    TEMPLATE_ONE_LINE = translatable("Phrase", "must be one line.")
    TEMPLATE_TOO_LONG = translatable("Phrase", "is longer than {most} characters.")
    TEMPLATE_BECOMES_TOO_LONG = translatable("Phrase", "becomes longer than {most} characters.")
    TEMPLATE_WITHOUT_PASSWORD = translatable("Phrase", "does not show the password: write {written}.")
    TEMPLATE_WITHOUT_LOGIN = translatable(
        "Phrase", "shows neither where to log in nor with which address: write {link} and {address}."
    )
    TEMPLATE_UNKNOWN_NAME = translatable("Phrase", "'{name}' is not known here. There are: {names}.")
    TEMPLATE_UNKNOWN_FILTER = translatable("Phrase", "There is no filter '{name}'. There are: {names}.")
    TEMPLATE_UNKNOWN_TEST = translatable("Phrase", "There is no test '{name}'. There are: {names}.")
    TEMPLATE_FOREIGN = translatable(
        "Phrase", "{what} is not part of templates. They fill in {names}, and may decide by 'if'."
    )
    ARITHMETIC = translatable("Phrase", "Arithmetic")
    A_LOOP = translatable("Phrase", "A loop (for)")
    AN_ASSIGNMENT = translatable("Phrase", "An assignment (set)")
    A_CALL = translatable("Phrase", "A call")
    AN_ATTRIBUTE = translatable("Phrase", "An attribute (.)")
    AN_ITEM = translatable("Phrase", "An item ([ ])")
    A_MACRO = translatable("Phrase", "A macro")
    A_BLOCK = translatable("Phrase", "A block (autoescape)")
    ANOTHER_TEMPLATE = translatable("Phrase", "Another template ({how})")
    TRIED_WITH = translatable("Phrase", "{problem} (Tried with {whom}.)")
    SOMEBODY_WITHOUT_A_NAME = translatable("Phrase", "somebody without a name")
    A_NAME_WITH_SPECIAL_CHARACTERS = translatable("Phrase", "a name with special characters")
    A_VERY_LONG_NAME = translatable("Phrase", "a very long name")
    LIMIT_USED_UP = translatable("Phrase", "The sending limit of {account} is used up. Try again at {at}.")
    LIMIT_USED_UP_LATER = translatable("Phrase", "The sending limit of {account} is used up. Try again later.")
    ALL_CONNECTIONS_IN_USE = translatable("Phrase", "All connections to {account} are in use. Try again in a moment.")

    # --- Sending ---
    PAUSED_BY = translatable("Phrase", "{name} has paused sending.")
    PAUSED_BY_UNTIL = translatable("Phrase", "{name} has paused sending until {until}.")
    PAUSED_UNTIL_BECAUSE = translatable("Phrase", "{name} has paused sending until {until}. {why}")
    OUTSIDE_OF_HOURS = translatable("Phrase", "Emails leave at these hours: {hours}.")
    LEAVE_FROM = translatable("Phrase", "The next emails were activated for later: they leave from {until} on.")
    TOO_FAR_AHEAD = translatable("Phrase", "{until} is more than a year ahead.")
    PAUSE_IS_OVER = translatable("Phrase", "{until} is over: a pause can only end later than now.")
    PAUSED_BECAUSE = translatable("Phrase", "{name} has paused sending. {why}")
    SENDING_GOES_ON = translatable("Phrase", "Sending goes on.")

    # --- Why bounces are not read ---
    BOUNCES_UNREACHABLE = translatable("Phrase", "The mailbox for bounces cannot be reached: {answer}")
    BOUNCES_BUSY = translatable("Phrase", "The mailbox for bounces asks to come back later: {answer}")
    BOUNCES_NOT_SECURE = translatable("Phrase", "The connection to the mailbox for bounces cannot be secured: {answer}")
    BOUNCES_LOGIN_REFUSED = translatable("Phrase", "The mailbox for bounces refuses the login: {answer}")
    BOUNCES_NO_FOLDER = translatable("Phrase", "The folder with the bounces cannot be opened: {answer}")
    BOUNCES_NO_LOGIN = translatable("Phrase", "It takes no login by password on this connection. It offers: {kinds}.")
    BOUNCES_NO_TOKENS = translatable("Phrase", "It takes no login by access token. It offers: {kinds}.")
    BOUNCES_WANT_STARTTLS = translatable(
        "Phrase", "It speaks no TLS from the start on this port: write imap:// (STARTTLS) for imaps://."
    )
    BOUNCES_WANT_TLS = translatable(
        "Phrase", "It offers no STARTTLS on this port: write imaps:// where it speaks TLS from the start."
    )
    NOT_FROM_THE_PROVIDER = translatable("Phrase", "This does not show that it comes from the provider.")
    CALL_NOT_UNDERSTOOD = translatable("Phrase", "This is not what the provider is known to send.")
    PROVIDER_AWAY = translatable("Phrase", "The provider has to be asked first, and does not answer. Try again later.")
    BOUNCES_READ_AGAIN = translatable("Phrase", "Bounces are read again.")

    @property
    def code(self) -> str:
        """As it crosses the wire."""
        return to_camel(self.name.lower())

    @property
    def english(self) -> str:
        """The text, with its parameters in braces."""
        return self.value

    @property
    def names(self) -> frozenset[str]:
        """Of its parameters."""
        return names_in(self.value)

    def says(self, **params: Param | datetime) -> Sentence:
        """With these parameters. Raises ValueError unless they are those of the text."""
        if params.keys() != self.names:
            raise ValueError(f"{self.code} takes {sorted(self.names)}, not {sorted(params)}")
        plain = {name: each.isoformat() if isinstance(each, datetime) else each for name, each in params.items()}
        return Sentence(code=self.code, params=plain)


def names_in(text: str) -> frozenset[str]:
    """The parameters that a text names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def phrase_of(code: str) -> Phrase | None:
    """What the code stands for; None: only a newer server knows."""
    return _by_code().get(code)


@cache
def _by_code() -> dict[str, Phrase]:
    return {phrase.code: phrase for phrase in Phrase}


#: By which a sentence is seen to be over.
_ENDS = (".", "!", "?", "…")


def joined(*texts: str) -> str:
    """Sentences one after the other: what others have written may lack the full stop between them."""
    told = [text for text in texts if text]
    return " ".join([*(ended(text) for text in told[:-1]), *told[-1:]])


def ended(text: str) -> str:
    """As a sentence ends."""
    return text if not text or text.endswith(_ENDS) else f"{text}."
