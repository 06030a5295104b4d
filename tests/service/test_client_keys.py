"""Client keys: what is published, which one signs, and what becomes of the one before."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from errno import ENOSPC

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import KeySet
from typer.testing import CliRunner

from audit.event import EventType
from audit.keys import KeyRefused
from audit.search import search
from integrations.errors import Rejected
from service import app as root
from service.cli import app
from service.client_keys import ANNOUNCED, KEPT, ClientKeys
from service.destinations import client_keys_of
from service.recorder import Recorder
from service.settings import Settings
from tests.peers.process import wait_for

NOW = datetime(2026, 11, 26, 7, 15, tzinfo=UTC)
TOKEN_URL = "https://id.example/token"


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(tmp_path, clock):
    return ClientKeys(tmp_path / "client", clock)


def put(folder, key, name="20260101T000000Z", mode=0o600):
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.pem"
    file.write_bytes(
        key if isinstance(key, bytes) else key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    file.chmod(mode)
    return file


def kids(keys):
    return [key["kid"] for key in keys.jwks()["keys"]]


def test_an_assertion_says_what_smart_asks_for(keys, clock):
    keys.ensure()
    first, second = (keys.assertion("diafan", TOKEN_URL) for _ in range(2))
    read = jwt.decode(first, KeySet.import_key_set(keys.jwks()), ["ES384"])
    assert read.header == {"alg": "ES384", "typ": "JWT", "kid": kids(keys)[0]}
    claims = dict(read.claims)
    assert claims.pop("jti") != jwt.decode(second, KeySet.import_key_set(keys.jwks()), ["ES384"]).claims["jti"]
    now = int(NOW.timestamp())
    assert claims == {"iss": "diafan", "sub": "diafan", "aud": TOKEN_URL, "iat": now - 30, "exp": now + 240}


def test_what_is_published_is_public(keys):
    keys.ensure()
    (key,) = keys.jwks()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-384", "sig", "ES384")


def test_the_first_key_signs_at_once_and_is_made_once(keys, clock, tmp_path):
    assert keys.signing() is None
    keys.ensure()
    keys.ensure()
    (file,) = (tmp_path / "client").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.signing().kid == kids(keys)[0]
    assert keys.signing().begins == clock.now


def test_a_new_key_is_known_before_it_signs_and_the_old_one_stays_for_a_week(keys, clock):
    keys.ensure()
    old = keys.signing()
    new = keys.make()
    assert kids(keys) == [old.kid, new.kid]
    clock.now += ANNOUNCED - timedelta(seconds=1)
    assert keys.signing().kid == old.kid
    clock.now += timedelta(seconds=1)
    assert keys.signing().kid == new.kid
    assert kids(keys) == [old.kid, new.kid]
    clock.now += KEPT
    assert kids(keys) == [new.kid]
    assert old.file.exists()
    keys.make()
    assert not old.file.exists()
    assert new.file.exists()


def test_a_key_may_sign_at_once(keys, clock):
    keys.ensure()
    in_one_second = [keys.make(timedelta(0)) for _ in range(2)]
    clock.now += timedelta(seconds=2)
    assert keys.signing().kid == in_one_second[-1].kid
    assert len(set(kids(keys))) == 3


def test_a_site_may_bring_an_rsa_key(keys, tmp_path):
    put(tmp_path / "client", rsa.generate_private_key(65537, 2048))
    read = jwt.decode(keys.assertion("diafan", TOKEN_URL), KeySet.import_key_set(keys.jwks()), ["RS384"])
    assert read.header["alg"] == keys.jwks()["keys"][0]["alg"] == "RS384"
    assert "d" not in keys.jwks()["keys"][0]


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (ec.generate_private_key(ec.SECP384R1()), {"mode": 0o640}, "may be read by others"),
        (ec.generate_private_key(ec.SECP256R1()), {}, "another key than P-384"),
        (rsa.generate_private_key(65537, 1024), {}, "another key than P-384"),
        (b"", {}, "no private key"),
        (b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", {}, "no private key"),
        (ec.generate_private_key(ec.SECP384R1()), {"name": "ehr"}, "named by the moment"),
    ],
)
def test_a_key_that_is_none_is_refused_with_its_file(keys, tmp_path, content, options, told):
    file = put(tmp_path / "client", content, **options)
    for use in (keys.jwks, keys.make):
        with pytest.raises(KeyRefused, match=told) as refused:
            use()
        assert str(file) in str(refused.value)
    with pytest.raises(Rejected, match=told):
        keys.assertion("diafan", TOKEN_URL)


def test_without_a_key_nothing_is_asked(keys):
    with pytest.raises(Rejected, match="diafan client-key new"):
        keys.assertion("diafan", TOKEN_URL)


def test_a_key_that_is_deleted_meanwhile_is_gone_and_not_made_again(keys, tmp_path):
    keys.ensure()
    gone = tmp_path / "client" / "20260101T000000Z.pem"
    gone.symlink_to(tmp_path / "nowhere")
    assert len(kids(keys)) == 1
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.slow
def test_keys_are_made_and_shown_at_a_terminal(own_installation):
    runner = CliRunner()
    made = [runner.invoke(app, ["client-key", "new", *more]) for more in ([], [], ["--at-once"])]
    assert [done.exit_code for done in made] == [0, 0, 0]
    first, announced, at_once = (done.stdout.split()[0] for done in made)
    # Two keys of one second stand a second apart.
    keys = ClientKeys(own_installation / "keys" / "client")
    wait_for(lambda: keys.signing().kid == at_once or None, 5, "the newest key to sign")
    shown = runner.invoke(app, ["client-key", "show"])
    published = [key["kid"] for key in json.loads(shown.stdout)["keys"]]
    assert published == [first, at_once, announced]
    assert f"{first} ES384: was followed" in shown.stderr
    assert f"{at_once} ES384: signs\n" in shown.stderr
    assert f"{announced} ES384: signs from 2" in shown.stderr
    with root.assemble(Settings()) as diafan:
        diafan.sequence_log()
        with diafan.engine.connect() as db:
            told = [e.event for e in search(db, types=[EventType.CLIENT_KEY_CHANGED])]
    assert {one["agent"]["kind"] for one in told} == {"person"}
    assert {one["detail"]["sha256"] for one in told} == {
        urlsafe_b64decode(f"{kid}=").hex() for kid in (first, announced, at_once)
    }


@pytest.mark.slow
def test_a_key_without_an_entry_is_not_there(own_installation, monkeypatch):
    def full(*_args, **_more):
        raise OSError(ENOSPC, "no space left")

    monkeypatch.setattr(Recorder, "__call__", full)
    done = CliRunner().invoke(app, ["client-key", "new"])
    assert done.exit_code != 0
    assert list((own_installation / "keys" / "client").glob("*.pem")) == []


def test_the_public_keys_are_fetched_where_they_are_registered(api):
    with api.client() as client:
        assert client.get("/.well-known/client-jwks.json").json() == {"keys": []}
        keys = client_keys_of(api.diafan.settings)
        keys.ensure()
        try:
            assert client.get("/.well-known/client-jwks.json").json() == keys.jwks()
            (file,) = (api.diafan.settings.data_dir / "keys" / "client").iterdir()
            file.chmod(0o644)
            answer = client.get("/.well-known/client-jwks.json")
            assert (answer.status_code, str(file) in answer.text) == (503, False)
        finally:
            file.unlink()
