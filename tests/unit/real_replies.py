"""What real mail servers answer, and whose fault each answer is.

A row each: who answers, in which situation, at which stage, the answer, what is at fault, and where the wording was
found. ``?`` after a fault: the answer alone does not decide it, evidence has to. Placeholders of the sources are filled
in with addresses of ``example`` domains.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.mail.fault import Fault, Stage

_CONNECT, _TLS, _LOGIN, _SENDER = Stage.CONNECT, Stage.TLS, Stage.LOGIN, Stage.SENDER
_RCPT, _DATA, _DOT = Stage.RECIPIENT, Stage.MESSAGE, Stage.FINAL_DOT

POSTFIX = "Postfix, src/smtpd/smtpd.c"
CHECKS = "Postfix, src/smtpd/smtpd_check.c"
MILTER = "Postfix, src/milter/milter8.c, milter.c"
SASL = "Postfix, src/smtpd/smtpd_sasl_proto.c"
POSTGREY = "postgrey, its default greylist-text"
EXIM = "Exim, src/smtp_in.c"
EXIM_RECEIVE = "Exim, src/receive.c"
EXIM_DEFAULT = "Exim, src/configure.default"
EXIM_ACL = "Exim, src/acl.c"
SMTPD = "OpenSMTPD, usr.sbin/smtpd/smtp_session.c"
LKA = "OpenSMTPD, usr.sbin/smtpd/lka_session.c"
M365_NDR = "learn.microsoft.com, non-delivery reports in Exchange Online"
M365_LIMIT = "aka.ms/concurrent_sending"
EXCHANGE = "Exchange, Microsoft.Exchange.Data.Transport.Smtp.SmtpResponse"
EXCHANGE_PRESSURE = "learn.microsoft.com, Understanding back pressure"
OUTLOOK = "threads of people who send through Outlook (swiftmailer 1030, gophish 2900, rss2email 147)"
GMAIL = "support.google.com/a/answer/3726730, Gmail SMTP errors and codes"
GMAIL_RELAY = "support.google.com/a/answer/6140680, SMTP relay service error messages"
SES = "docs.aws.amazon.com/ses, SMTP response codes"
SES_ERRORS = "docs.aws.amazon.com/ses, email sending errors; repost.aws, 554 Access denied"
SENDGRID = "twilio.com/docs/sendgrid, SMTP errors and troubleshooting"
SENDGRID_THREADS = "threads of people who send through SendGrid (chatwoot 2541, omada-controller 253)"
MAILGUN = "threads of people who send through Mailgun (net-smtp traces with 421 …mailgun.org); inboxkitten 82"
SENDMAIL = "Sendmail, as in nodemailer 190"


@dataclass(frozen=True)
class Reply:
    """One answer and what it means."""

    stage: Stage
    code: int
    text: str
    fault: Fault
    certain: bool
    source: str

    def __str__(self) -> str:
        return f"{self.stage.value} {self.code} {self.text[:60]}"


def _row(stage: Stage, reply: str, fault: str, source: str) -> Reply:
    code, _, text = reply.partition(" ")
    return Reply(stage, int(code), text, Fault(fault.rstrip("?")), not fault.endswith("?"), source)


REAL_REPLIES: tuple[Reply, ...] = (
    # --- Postfix: what it has against us comes at RCPT (smtpd_delay_reject) ---
    _row(_RCPT, "553 5.7.1 <hr@s.example>: Sender address rejected: not owned by user desk", "sender", CHECKS),
    _row(_RCPT, "553 5.7.1 <hr@s.example>: Sender address rejected: not logged in", "login", CHECKS),
    _row(_RCPT, "550 5.1.8 <hr@s.example>: Sender address rejected: Domain not found", "sender", CHECKS),
    _row(_RCPT, "450 4.1.8 <hr@s.example>: Sender address rejected: Domain not found", "sender", CHECKS),
    _row(_SENDER, "450 4.1.8 <hr@s.example>: Sender address rejected: Domain not found", "sender", CHECKS),
    _row(_RCPT, "504 5.5.2 <hr>: Sender address rejected: need fully-qualified address", "sender", CHECKS),
    _row(_RCPT, "550 5.1.0 <hr@s.example>: Sender address rejected: User unknown in virtual mailbox table", "sender", CHECKS),
    _row(_RCPT, "554 5.7.1 <ann@r.example>: Relay access denied", "relay", CHECKS),
    _row(_RCPT, "454 4.7.1 <ann@r.example>: Relay access denied", "relay", CHECKS),
    _row(_RCPT, "554 5.7.1 <ann@r.example>: Recipient address rejected: Access denied", "recipient?", CHECKS),
    _row(_RCPT, "554 5.7.1 <host[192.0.2.1]>: Client host rejected: Access denied", "relay", CHECKS),
    _row(_RCPT, "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", "relay", CHECKS),
    _row(_RCPT, "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", "relay", CHECKS),
    _row(_RCPT, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", "name", CHECKS),
    _row(_RCPT, "501 5.5.2 <a_b>: Helo command rejected: Invalid name", "name", CHECKS),
    _row(_RCPT, "450 4.7.1 <desk.lan>: Helo command rejected: Host not found", "name", CHECKS),
    _row(_RCPT, "550 5.1.1 <an@s.example>: Recipient address rejected: User unknown in local recipient table", "recipient", CHECKS),
    _row(_RCPT, "550 5.1.2 <an@r.example>: Recipient address rejected: Domain not found", "recipient", CHECKS),
    _row(_RCPT, "450 4.1.2 <an@r.example>: Recipient address rejected: Domain not found", "recipient", CHECKS),
    _row(_RCPT, "550 5.1.1 <an@r.example>: Recipient address rejected: undeliverable address: unknown user", "recipient", CHECKS),
    _row(_RCPT, "450 4.1.1 <an@r.example>: Recipient address rejected: unverified address: Address verification in progress", "recipient", CHECKS),
    _row(_RCPT, "556 5.1.10 <an@r.example>: Recipient address rejected: Domain r.example does not accept mail (nullMX)", "recipient", CHECKS),
    _row(_RCPT, "501 5.1.3 Bad recipient address syntax", "recipient", POSTFIX),
    _row(_RCPT, "553 5.6.7 Must declare SMTPUTF8 to send unicode address", "recipient", POSTFIX),
    _row(_RCPT, "450 4.2.0 <ann@r.example>: Recipient address rejected: Greylisted", "recipient", POSTGREY),
    _row(_RCPT, "450 4.7.1 <ann@r.example>: Recipient address rejected: Greylisting in effect, please come back later", "recipient", POSTGREY),
    _row(_SENDER, "501 5.1.7 Bad sender address syntax", "sender", POSTFIX),
    _row(_SENDER, "530 5.7.0 Must issue a STARTTLS command first", "encryption", POSTFIX),
    _row(_RCPT, "530 5.7.0 Must issue a STARTTLS command first", "encryption", POSTFIX),
    _row(_LOGIN, "503 5.5.1 Error: authentication not enabled", "login", SASL),
    _row(_LOGIN, "504 5.5.4 Encryption required for requested authentication mechanism", "encryption", SASL),
    _row(_LOGIN, "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "login", "Postfix, src/smtpd/smtpd_sasl_glue.c"),
    _row(_LOGIN, "454 4.7.0 Temporary authentication failure: Connection lost to authentication server", "server", "Postfix, src/smtpd/smtpd_sasl_glue.c"),
    _row(_LOGIN, "450 4.7.1 Error: too many AUTH commands from 192.0.2.1", "tooMuch", POSTFIX),
    _row(_SENDER, "450 4.7.1 Error: too much mail from 192.0.2.1", "tooMuch", POSTFIX),
    _row(_RCPT, "450 4.7.1 Error: too many recipients from 192.0.2.1", "tooMuch", POSTFIX),
    _row(_CONNECT, "421 4.7.0 mail.s.example Error: too many connections from 192.0.2.1", "tooMuch", POSTFIX),
    _row(_RCPT, "421 4.7.0 mail.s.example Error: too many errors", "tooMuch", POSTFIX),
    _row(_SENDER, "452 4.3.1 Insufficient system storage", "server", CHECKS),
    _row(_DOT, "451 4.3.0 Error: queue file write error", "server", "Postfix, src/global/cleanup_strerror.c"),
    _row(_RCPT, "451 4.3.5 Server configuration error", "server", CHECKS),
    _row(_RCPT, "451 4.3.5 <ann@r.example>: Recipient address rejected: Server configuration problem", "server", CHECKS),
    _row(_RCPT, "450 4.7.1 Service unavailable", "server", CHECKS),
    _row(_RCPT, "451 4.3.0 <ann@r.example>: Temporary lookup failure", "server", CHECKS),
    _row(_DOT, "451 4.7.1 Service unavailable - try again later", "server", MILTER),
    _row(_RCPT, "451 4.7.1 Service unavailable - try again later", "server", MILTER),
    _row(_DOT, "550 5.5.0 Service unavailable", "server", MILTER),
    _row(_DOT, "550 5.7.1 Command rejected", "message?", MILTER),
    _row(_DOT, "552 5.3.4 Error: message file too big", "message", "Postfix, src/global/cleanup_strerror.c"),
    _row(_SENDER, "552 5.3.4 Message size exceeds fixed limit", "message", CHECKS),
    _row(_DOT, "550 5.7.1 Blocked by SpamAssassin", "message?", "spamass-milter, its default reject-text"),
    _row(_RCPT, "421 4.3.0 Server local error", "tooMuch", "Postfix behind HAProxy, as met"),
    # --- Exim ---
    _row(_RCPT, "550 relay not permitted", "relay", EXIM_DEFAULT),
    _row(_RCPT, "550 Sender verify failed", "sender", EXIM_ACL),
    _row(_RCPT, "451 Could not complete sender verify", "recipient?", EXIM_ACL),
    _row(_RCPT, "550 Administrative prohibition", "recipient?", EXIM),
    _row(_DOT, "550 Administrative prohibition", "message?", EXIM_RECEIVE),
    _row(_RCPT, "550 Unrouteable address", "recipient", "Exim, src/route.c"),
    _row(_RCPT, "550 Unknown user", "recipient", EXIM_DEFAULT),
    _row(_RCPT, "550 Restricted characters in address", "recipient?", EXIM_DEFAULT),
    _row(_RCPT, "550 Rejected for too many bad recipients", "tooMuch", EXIM_DEFAULT),
    _row(_RCPT, "451 Temporary local problem - please try later", "server", EXIM),
    _row(_DOT, "451 Temporary local problem", "server", EXIM_RECEIVE),
    _row(_SENDER, "452 Space shortage, please try later", "server", EXIM),
    _row(_DOT, "451 Error in writing spool file", "server", EXIM_RECEIVE),
    _row(_DOT, "450 Onward transmission not accepted", "server", EXIM_RECEIVE),
    _row(_SENDER, "421 too many messages in this connection", "tooMuch", EXIM),
    _row(_SENDER, "552 Message size exceeds maximum permitted", "message", EXIM),
    _row(_DOT, "552 Message size exceeds maximum permitted", "message", EXIM_RECEIVE),
    _row(_CONNECT, "554 SMTP service not available", "server", EXIM),
    _row(_CONNECT, "501 Syntactically invalid EHLO argument(s)", "name", EXIM),
    _row(_LOGIN, "535 Incorrect authentication data", "login", EXIM),
    _row(_LOGIN, "435 Unable to authenticate at present", "server", EXIM),
    _row(_TLS, "454 TLS currently unavailable", "tooMuch", EXIM),
    # --- OpenSMTPD ---
    _row(_RCPT, "550 Invalid recipient: <ann@r.example>", "recipient?", LKA),
    _row(_RCPT, "451 Temporary failure: <ann@r.example>", "server", LKA),
    _row(_SENDER, "530 Sender rejected", "sender", SMTPD),
    _row(_SENDER, "530 5.5.1 Invalid command: Must issue an AUTH command first", "login", SMTPD),
    _row(_SENDER, "530 5.5.1 Invalid command: Must issue a STARTTLS command first", "encryption", SMTPD),
    _row(_SENDER, "452 4.5.3 Too many recipients: Too many messages sent", "tooMuch", SMTPD),
    _row(_SENDER, "553 5.1.0 Sender address syntax error", "sender", SMTPD),
    _row(_SENDER, "421 4.3.0 Temporary Error", "server", SMTPD),
    _row(_CONNECT, "501 5.5.1 Invalid command: Invalid domain name", "name", SMTPD),
    _row(_LOGIN, "535 Authentication failed", "login", SMTPD),
    _row(_DATA, "554 5.5.1 Invalid command: Transaction failed, message too big", "message", SMTPD),
    # --- Microsoft 365 and Exchange ---
    _row(_DOT, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "sender", OUTLOOK),
    _row(_DOT, "550 5.7.1 Client does not have permissions to send as this sender", "sender", EXCHANGE),
    _row(_DOT, "554 5.2.252 SendAsDenied; desk@s.example not allowed to send as hr@s.example; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", "sender", OUTLOOK),
    _row(_DOT, "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message", "sender", OUTLOOK),
    _row(_SENDER, "530 5.7.57 Client not authenticated to send mail.", "login", M365_NDR),
    _row(_SENDER, "530 5.7.1 Client was not authenticated", "login", EXCHANGE),
    _row(_LOGIN, "535 5.7.3 Authentication unsuccessful", "login", EXCHANGE),
    _row(_LOGIN, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", "login", M365_NDR),
    _row(_RCPT, "550 5.7.1 Unable to relay", "relay", EXCHANGE),
    _row(_RCPT, "550 5.7.64 TenantAttribution; Relay Access Denied", "relay", M365_NDR),
    _row(_RCPT, "550 5.7.606 Access denied, banned sending IP [192.0.2.1].", "relay", M365_NDR),
    _row(_RCPT, "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.", "relay", M365_NDR),
    _row(_DOT, "550 5.1.8 Access denied, bad outbound sender.", "sender", M365_NDR),
    _row(_RCPT, "550 5.4.1 Recipient address rejected: Access denied", "recipient", M365_NDR),
    _row(_RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient an@r.example not found by SMTP address lookup", "recipient", M365_NDR),
    _row(_DOT, "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", "recipient", M365_NDR),
    _row(_DOT, "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", "recipient", M365_NDR),
    _row(_DOT, "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending", "tooMuch", M365_LIMIT),
    _row(_SENDER, "452 4.3.1 Insufficient system resources", "server", EXCHANGE_PRESSURE),
    _row(_CONNECT, "501 5.5.4 Invalid domain name", "name", EXCHANGE),
    _row(_SENDER, "554 5.1.0 Sender Denied", "sender", EXCHANGE),
    _row(_DOT, "550 5.2.2 Submission quota exceeded", "quota", M365_NDR),
    # --- Gmail and Google Workspace ---
    _row(_DOT, "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to the help", "quota", GMAIL),
    _row(_DOT, "550 5.4.5 Daily SMTP relay limit exceeded for user.", "quota", GMAIL_RELAY),
    _row(_SENDER, "550 5.7.1 Daily SMTP relay limit exceeded for customer.", "quota", GMAIL_RELAY),
    _row(_SENDER, "450 4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary error.", "tooMuch", GMAIL_RELAY),
    _row(_SENDER, "550 5.7.1 Invalid credentials for relay [192.0.2.1].", "relay", GMAIL_RELAY),
    _row(_SENDER, "550 5.7.0 Mail relay denied.", "relay", GMAIL),
    _row(_SENDER, "550 5.7.0 Mail Sending denied.", "relay", GMAIL),
    _row(_SENDER, "530 5.7.0 Authentication Required.", "login", GMAIL),
    _row(_LOGIN, "535 5.7.8 Username and Password not accepted.", "login", GMAIL),
    _row(_LOGIN, "534 5.7.9 Application-specific password required.", "login", GMAIL),
    _row(_LOGIN, "454 4.7.0 Too many login attempts, please try again later.", "tooMuch", GMAIL),
    _row(_CONNECT, "421 4.7.0 Try again later, closing connection. (EHLO)", "name", GMAIL_RELAY),
    _row(_CONNECT, "421 4.4.5 Server busy, try again later.", "server", GMAIL),
    _row(_DOT, "421 4.3.0 Temporary System Problem. Try again later.", "server", GMAIL),
    _row(_DOT, "421 4.7.0 Our system has detected an unusual rate of unsolicited mail originating from your IP address.", "tooMuch", GMAIL),
    _row(_RCPT, "450 4.2.1 The user you are trying to contact is receiving mail too quickly.", "recipient", GMAIL),
    _row(_RCPT, "452 4.2.2 The email account that you tried to reach is over quota.", "recipient", GMAIL),
    _row(_RCPT, "550 5.1.1 The email account that you tried to reach does not exist.", "recipient", GMAIL),
    _row(_RCPT, "550 5.2.1 The email account that you tried to reach is disabled.", "recipient", GMAIL),
    _row(_DOT, "552 5.2.3 Your message exceeded Google's message size limits.", "message", GMAIL),
    # --- Amazon SES ---
    _row(_DOT, "454 Throttling failure: Maximum sending rate exceeded", "tooMuch", SES),
    _row(_DOT, "454 Throttling failure: Daily message quota exceeded", "quota", SES),
    _row(_DOT, "554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: hr@s.example", "sender", SES_ERRORS),
    _row(_DOT, "554 Access denied: User `arn:aws:iam::1:user/desk' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:1:identity/s.example'", "relay", SES_ERRORS),
    _row(_CONNECT, "421 Too many concurrent SMTP connections", "tooMuch", SES),
    _row(_DOT, "451 Temporary service failure", "server", SES),
    _row(_DOT, "554 Transaction failed", "server", SES),
    _row(_SENDER, "530 Authentication required", "login", SES),
    _row(_LOGIN, "535 Authentication Credentials Invalid", "login", SES),
    # --- SendGrid ---
    _row(_DOT, "550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.", "sender", SENDGRID_THREADS),
    _row(_DOT, "403 You are not authorized to send from that email address", "sender", SENDGRID),
    _row(_LOGIN, "451 Authentication failed: Maximum credits exceeded", "quota", SENDGRID),
    _row(_SENDER, "450 too frequent connects from 192.0.2.1, please try again later.", "tooMuch", SENDGRID),
    _row(_DOT, "452 Too many recipients received this hour", "message?", SENDGRID),
    _row(_RCPT, "550 Requested action not taken: mailbox unavailable", "recipient", SENDGRID),
    # --- Mailgun and Sendmail ---
    _row(_DATA, "421 Domain sandbox1.mailgun.org is not allowed to send: Sandbox subdomains are for test purposes only.", "relay", MAILGUN),
    _row(_DATA, "421 Domain s.example is not allowed to send: Account disabled", "relay", MAILGUN),
    _row(_RCPT, "550 5.7.1 Relaying denied", "relay", MAILGUN),
    _row(_RCPT, "550 5.7.1 <ann@r.example>... Relaying denied. IP name lookup failed [192.0.2.1]", "relay", SENDMAIL),
)  # fmt: skip
