"""The records of people at work: their sessions, and what is good for one use on the way to one.

No secret is here: of a cookie's or a link's secret there is the SHA-256, which nobody can turn back. A display name goes with
its session, a few minutes after that ended.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.records import Base


class SessionRecord(Base):
    """One person signed in with one browser.

    ``id`` names the session in public, the log included. ``id_token`` is sealed with the cookie's secret: it is there to
    sign out at the provider, and nobody but the browser can have it opened.
    """

    __tablename__ = "session"
    __table_args__ = (Index(None, "issuer", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    provider_sid: Mapped[str]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    id_token: Mapped[bytes | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link of the embedded default that nobody has used yet."""

    __tablename__ = "sign_in_link"

    code_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    subject: Mapped[str]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime]


class SignInAttempt(Base):
    """A browser that was sent to the provider and has not come back yet."""

    __tablename__ = "sign_in_attempt"

    secret_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    next_path: Mapped[str]
    expires_at: Mapped[datetime]


class UsedLogoutToken(Base):
    """A logout token that was obeyed: it is not obeyed again."""

    __tablename__ = "used_logout_token"

    jti_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
