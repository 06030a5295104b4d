"""The identity provider: a real OpenID provider with Diafan's API and the EHR as audiences."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.peers.process import HERE, running
from tests.peers.setup import NODE

API = "https://diafan.example/api"
EHR = "https://ehr.example/fhir"
AUDIENCES = {
    API: "study.read study.write review.write audit.read ops model.write system/*.rs system/DiagnosticReport.rs",
    EHR: "system/*.read system/*.write system/*.*",
}
PEOPLE = {
    "alice": {"name": "Alice Radiologist", "roles": ["radiologist"]},
    "bob": {"name": "Bob Officer", "roles": ["officer"]},
    "carol": {"name": "Carol Administrator", "roles": ["administrator"]},
    "dora": {"name": "Dora Scientist", "roles": ["data-scientist"]},
    "erin": {"name": "Erin Nobody", "roles": ["janitor"]},
}
ROLES = {"radiologist": "physician"}
"""What Diafan must be told (`oidc.roles`): this provider has a word of its own for physicians."""


@dataclass(frozen=True, slots=True)
class Client:
    """A system known to the provider, by client credentials: what it may ask for, and at which audience."""

    client_id: str
    scope: str
    audience: str = API
    client_secret: str = "only-for-tests-0123456789"


PACS = Client("pacs", "study.read study.write")
OFFICER = Client("officer", "study.read audit.read")
READER = Client("reader", "study.read")
OPERATOR = Client("operator", "ops")
FHIR_READER = Client("fhir-reader", "system/*.rs system/DiagnosticReport.rs")
DIAFAN = Client("diafan", "system/*.read system/*.write", EHR)
KEY_CLIENT_ID = "diafan-by-key"
# People sign in by code and PKCE; a native client's redirect may use any port of 127.0.0.1.
WEB_CLIENT_ID = "diafan-web"
# The same with a secret, and as the standard has it: of a person's claims its ID tokens hold the subject only.
CONFIDENTIAL_CLIENT_ID, CONFIDENTIAL_SECRET = "diafan-web-confidential", "only-for-tests-0123456789"
REDIRECT_URIS = ("http://127.0.0.1/callback", "http://127.0.0.1/sign-in/callback")


@dataclass(frozen=True, slots=True)
class Provider:
    """A running OpenID provider. Issuer, audience and the discovered key set are all that a service needs to know."""

    issuer: str
    token_url: str
    jwks_url: str

    def token(self, client: Client, scope: str | None = None, audience: str | None = None) -> str:
        """Return an access token by client credentials; scope and audience are the client's own unless given."""
        response = httpx.post(
            self.token_url,
            auth=(client.client_id, client.client_secret),
            data={
                "grant_type": "client_credentials",
                "scope": client.scope if scope is None else scope,
                "resource": audience or client.audience,
            },
            trust_env=False,
        )
        return str(response.raise_for_status().json()["access_token"])

    def rotate_keys(self, *, forget: bool = False) -> str:
        """Sign with a new key from now on and return its id; `forget` withdraws the old keys, too."""
        answer = httpx.post(f"{self.issuer}/control/rotate", json={"forget": forget}, trust_env=False)
        return str(answer.raise_for_status().json()["kid"])


@contextmanager
def openid_provider(
    redirect_uris: Sequence[str] = REDIRECT_URIS,
    token_lifetime_s: int = 300,
    diafan_url: str = "",
    back_to: str = "http://127.0.0.1/app/",
    key_client: dict[str, object] | None = None,
) -> Iterator[Provider]:
    """Run the provider with the clients above, and the people above, whose password is any.

    It tells the Diafan at ``diafan_url``, if one is named, when somebody signs out (back-channel logout), and lets who signs out
    there by a page of Diafan's go ``back_to``. ``key_client`` is one more client of the EHR, `KEY_CLIENT_ID`, which names itself
    by its key: ``{"jwks": {...}}`` or ``{"jwks_uri": "..."}``.
    """
    systems = [
        {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": client.scope,
            "grant_types": ["client_credentials"],
            "response_types": [],
            "redirect_uris": [],
            "token_endpoint_auth_method": "client_secret_basic",
        }
        for client in (PACS, OFFICER, READER, OPERATOR, FHIR_READER, DIAFAN)
    ]
    web = {
        "client_id": WEB_CLIENT_ID,
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": list(redirect_uris),
        "post_logout_redirect_uris": [back_to],
        "scope": f"openid profile offline_access {AUDIENCES[API]}",
    }
    if diafan_url:
        web["backchannel_logout_uri"] = f"{diafan_url}/sign-in/back-channel-logout"
        web["backchannel_logout_session_required"] = True
    confidential = {
        **web,
        "client_id": CONFIDENTIAL_CLIENT_ID,
        "client_secret": CONFIDENTIAL_SECRET,
        "token_endpoint_auth_method": "client_secret_basic",
    }
    by_key = {
        "client_id": KEY_CLIENT_ID,
        "scope": DIAFAN.scope,
        "grant_types": ["client_credentials"],
        "response_types": [],
        "redirect_uris": [],
        "token_endpoint_auth_method": "private_key_jwt",
        **(key_client or {}),
    }
    configuration = {
        "audiences": AUDIENCES,
        "clients": [*systems, web, confidential, *([by_key] if key_client else [])],
        "without_audience": [CONFIDENTIAL_CLIENT_ID],
        "people": PEOPLE,
        "token_lifetime_s": token_lifetime_s,
    }
    with running("identity", [NODE, HERE / "identity.mjs", json.dumps(configuration)]) as process:
        issuer = process.wait_for_url(timeout_s=30)
        discovered = httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).raise_for_status().json()
        yield Provider(issuer, discovered["token_endpoint"], discovered["jwks_uri"])
