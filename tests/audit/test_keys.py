from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from audit.keys import KeyRefused, private_file, signing_key
from audit.subject import keyed_hash, subject_secret


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "new" / "audit.pem"
    first = signing_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["audit.pem"]
    assert signing_key(path).public_key() == first.public_key()


def test_programs_that_start_at_once_read_the_same_key(tmp_path):
    path = tmp_path / "secret"
    with ThreadPoolExecutor(8) as pool:
        read = set(pool.map(lambda n: private_file(path, lambda: bytes([n]) * 32), range(8)))
    assert len(read) == 1


def test_a_file_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "audit.pem"
    signing_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyRefused, match="chmod 600"):
        signing_key(path)


def test_a_file_that_holds_another_key_is_refused(tmp_path):
    for name, content in (
        ("junk", b"junk"),
        ("ec", generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
    ):
        path = tmp_path / name
        private_file(path, lambda content=content: content)
        with pytest.raises(KeyRefused, match="holds"):
            signing_key(path)


def test_a_keyed_hash_is_stable_and_needs_the_secret(tmp_path):
    assert keyed_hash(b"k" * 32, "HOSPITAL", "44051401458") == "b97ed509b43929d36ea0fb474c15a5d7"
    secret = subject_secret(tmp_path / "subject")
    assert subject_secret(tmp_path / "subject") == secret
    assert keyed_hash(secret, "HOSPITAL", "44051401458") != keyed_hash(b"k" * 32, "HOSPITAL", "44051401458")


def test_a_keyed_hash_tells_issuers_apart_and_ignores_padding():
    secret = b"k" * 32
    assert keyed_hash(secret, "A", "B1") != keyed_hash(secret, "AB", "1")
    assert keyed_hash(secret, "", "1") != keyed_hash(secret, "A", "1")
    assert keyed_hash(secret, "A", "1 ") == keyed_hash(secret, "A ", " 1")
    assert keyed_hash(secret, "A", " ") == ""


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        keyed_hash(b"short", "", "1")
