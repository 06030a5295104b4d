import pytest

from audit.keys import KeyRefused
from service.access import LocalKeys, Reason, Scope, TokenError, TokenValidator
from service.issuer import EmbeddedIssuer, IssuerRefused

URL = "http://127.0.0.1:8080"
NOW = 1_800_000_000


def issuer_in(folder, hosts=("127.0.0.1",), url=URL):
    return EmbeddedIssuer(folder, url, "diafan", hosts, now=lambda: NOW)


def validator_of(issuer, now=NOW):
    return TokenValidator(URL, "diafan", LocalKeys(issuer.jwks()), now=lambda: now)


@pytest.mark.parametrize(
    "hosts",
    [
        ("0.0.0.0",),
        ("::",),
        ("",),
        ("127.0.0.1", "192.168.1.5"),
        ("127.0.0.1", "::ffff:10.0.0.1"),
        ("diafan.example",),
        ("localhost.evil.example",),
        (),
    ],
)
def test_it_refuses_to_exist_beyond_loopback(tmp_path, hosts):
    with pytest.raises(IssuerRefused, match="identity provider"):
        issuer_in(tmp_path, hosts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["https://diafan.example", "http://0.0.0.0:8080", "127.0.0.1:8080", ""])
def test_it_refuses_an_address_of_its_own_beyond_loopback(tmp_path, url):
    with pytest.raises(IssuerRefused):
        issuer_in(tmp_path, url=url)


@pytest.mark.parametrize("hosts", [("127.0.0.1",), ("::1",), ("localhost",), ("127.0.0.2", "::1")])
def test_it_exists_on_loopback(tmp_path, hosts):
    assert issuer_in(tmp_path, hosts).jwks()["keys"]


def test_its_tokens_are_accepted_and_end(tmp_path):
    issuer = issuer_in(tmp_path)
    token = issuer.token("demo", [Scope.STUDY_READ, Scope.AUDIT_READ], lifetime_s=60, roles=["officer"])
    principal = validator_of(issuer).validate(token)
    assert (principal.subject, principal.kind, principal.issuer) == ("demo", "system", URL)
    assert principal.scopes == {Scope.STUDY_READ, Scope.AUDIT_READ}
    assert principal.roles == {"officer"}
    assert principal.token_id
    with pytest.raises(TokenError) as refused:
        validator_of(issuer, NOW + 91).validate(token)
    assert refused.value.reason is Reason.EXPIRED


def test_a_person_is_named_with_the_client_that_they_use(tmp_path):
    issuer = issuer_in(tmp_path)
    assert validator_of(issuer).validate(issuer.token("dr.who", [], client_id="cli")).kind == "person"


def test_its_key_is_made_once_and_its_own(tmp_path):
    first = issuer_in(tmp_path)
    path = tmp_path / "issuer.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    again = issuer_in(tmp_path)
    validator_of(again).validate(first.token("demo", []))
    assert "d" not in again.jwks()["keys"][0]
    path.chmod(0o644)
    with pytest.raises(KeyRefused, match="chmod 600"):
        issuer_in(tmp_path)


def test_another_installation_does_not_accept_its_tokens(tmp_path):
    one, other = issuer_in(tmp_path / "one"), issuer_in(tmp_path / "other")
    with pytest.raises(TokenError) as refused:
        validator_of(other).validate(one.token("demo", list(Scope)))
    assert refused.value.reason is Reason.UNKNOWN_KEY


@pytest.mark.parametrize(
    "wrong", [{"subject": ""}, {"scopes": ["everything"]}, {"lifetime_s": 0}, {"lifetime_s": 86_401}]
)
def test_a_token_without_subject_end_or_known_scopes_is_not_issued(tmp_path, wrong):
    with pytest.raises(ValueError, match=r"token needs|everything"):
        issuer_in(tmp_path).token(**{"subject": "demo", "scopes": [], **wrong})
