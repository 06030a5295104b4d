"""A message to a mail box, over TLS."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from integrations.errors import Rejected, Unavailable


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is submitted (RFC 6409): by STARTTLS with a certificate of a CA in ``ca`` (None: of the public ones)."""

    host: str
    port: int
    username: str
    password: str
    ca: Path | None
    timeout_s: float = 30.0

    def send(self, sender: str, recipients: tuple[str, ...], subject: str, text: str) -> None:
        """Hand over a message.

        Raises:
            Unavailable: nobody is there, or the server asks to come back later.
            Rejected: the server does not want us, a recipient, or the message.

        """
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, ", ".join(recipients), subject
        message.set_content(text)
        peer = f"the mail server {self.host}:{self.port}"
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout_s) as server:
                server.starttls(context=ssl.create_default_context(cafile=self.ca))
                if self.username:
                    server.login(self.username, self.password)
                server.send_message(message)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
            code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
            if 400 <= code < 500:  # noqa: PLR2004 - RFC 5321, 4.2.1: a transient failure
                raise Unavailable(f"{peer} asks to come back later ({code})") from error
            raise Rejected(f"{peer} does not take the message ({type(error).__name__}): check its settings") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{peer} did not take the message ({type(error).__name__})") from error
