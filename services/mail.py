"""Mail by SMTP, where the settings name a server."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from services.settings import settings


def is_set_up() -> bool:
    """Say whether the settings name a server to send by."""
    return bool(settings().mail.host)


def send(to: str, subject: str, text: str) -> None:
    """Send a plain message. Raises OSError, of which smtplib's errors are kinds, when it is not taken."""
    ours = settings().mail
    message = EmailMessage()
    message["From"] = ours.sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=ours.sender.rpartition("@")[2])
    message.set_content(text)
    with _connected() as server:
        if ours.user:
            server.login(ours.user, ours.password)
        # Named once more, since a comma in an address would make two of it.
        server.send_message(message, to_addrs=[to])


def _connected() -> smtplib.SMTP:
    ours = settings().mail
    trusted = ssl.create_default_context()
    if ours.security == "tls":
        return smtplib.SMTP_SSL(ours.host, ours.port, timeout=ours.timeout_seconds, context=trusted)
    server = smtplib.SMTP(ours.host, ours.port, timeout=ours.timeout_seconds)
    if ours.security == "starttls":
        server.starttls(context=trusted)
    return server
