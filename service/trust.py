"""Whose word counts: the OpenID provider of the settings, or without one the embedded issuer, which serves this machine only."""

from dataclasses import dataclass

import sqlalchemy as sa

from integrations.oauth_client import get_json
from integrations.oidc_client import OpenIdClient
from service.access import TokenValidator
from service.id_token import IdTokens
from service.issuer import EmbeddedIssuer
from service.recorder import Clock
from service.settings import Oidc, Settings
from service.sign_in import OneTimeLinks, ProviderSignIn
from service.token_keys import KeySource, LocalKeys, RemoteKeys

_EMBEDDED_AUDIENCE = "https://diafan.example/api"


@dataclass(frozen=True, slots=True)
class Trust:
    """Who is believed about systems (``validator``) and people: ``provider``, or the embedded ``issuer`` with its ``links``."""

    validator: TokenValidator
    provider: ProviderSignIn | None = None
    issuer: EmbeddedIssuer | None = None
    links: OneTimeLinks | None = None


def trust_of(settings: Settings, engine: sa.Engine, clock: Clock) -> Trust:
    """Return whom the settings say to believe; raises IssuerRefused, audit.keys.KeyRefused."""
    url = settings.api_url
    if settings.oidc is not None:
        oidc = settings.oidc
        keys = RemoteKeys(oidc.issuer, get_json, oidc.jwks_url)  # one cache for tokens of systems and of people
        provider = _provider(oidc, url, keys, engine, clock) if oidc.client_id else None
        return Trust(TokenValidator(oidc.issuer, oidc.audience, keys), provider)
    listen_hosts = [settings.http_host, settings.dimse_host]
    issuer = EmbeddedIssuer(settings.data_dir / "keys", url, _EMBEDDED_AUDIENCE, listen_hosts)
    validator = TokenValidator(url, _EMBEDDED_AUDIENCE, LocalKeys(issuer.jwks()))
    return Trust(validator, issuer=issuer, links=OneTimeLinks(engine, clock, url))


def _provider(oidc: Oidc, url: str, keys: KeySource, engine: sa.Engine, clock: Clock) -> ProviderSignIn:
    back_to = f"{url.rstrip('/')}/sign-in/callback"
    client = OpenIdClient(oidc.issuer, oidc.client_id, oidc.client_secret.get_secret_value(), oidc.scope, back_to)
    return ProviderSignIn(client, IdTokens(oidc.issuer, oidc.client_id, keys), oidc, engine, clock)
