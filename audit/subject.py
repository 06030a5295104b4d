"""Patients in the trail: who a pseudonym is, for as long as the patient's row stands, and nobody ever after.

A patient is a random pseudonym and a random key of its own. What the trail says of the patient's studies and objects is
keyed by that key. Destroying the row (GDPR Art. 17) leaves every entry where it is, whole and provable, and leading to no person.

The row itself is found by a keyed hash of the identifier, and holds identifier and key sealed (Fernet): a copy of the
database without the key files names nobody.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.dialects.postgresql import insert

from audit import trail
from audit.keys import KeyRefused, private_file, replace_private_file

_SECRET_BYTES = 32
_KEYS_KEPT = 10_000
NOBODY = ""
"""The patient of what has none: a file without a Patient ID, a study that nobody holds."""

subject = sa.Table(
    "subject",
    trail.metadata,
    sa.Column("patient", sa.Text, primary_key=True),
    sa.Column("lookup", sa.LargeBinary, nullable=False, unique=True),  # keyed hash of issuer and Patient ID
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # issuer, Patient ID, and the patient's key
)


def grants(role: str) -> list[str]:
    """Write the SQL that lets ``role`` keep the table, and empty a row of it."""
    return [f"grant select, insert, update, delete on audit.subject to {trail.quotable(role)}"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who a pseudonym stands for: the Patient ID and its issuer ("" where the headers name none)."""

    issuer: str
    patient_id: str


def keyed_hash(secret: bytes, issuer: str, value: str) -> str:
    """Return 32 hex digits, the same for the same (issuer, value) for ever; "" without a value.

    HMAC-SHA256 cut to 128 bits. Without the key a hash could be undone by trying all PESEL numbers, which are few.
    Padding blanks are not significant in DICOM (PS3.5 6.2, LO). The issuer's length keeps ("A", "B1") and ("AB", "1") apart.

    Raises ValueError when the secret is shorter than 32 bytes.
    """
    if len(secret) < _SECRET_BYTES:
        raise ValueError("the secret of the keyed hashes needs 32 bytes or more")
    issuer_bytes, value_bytes = issuer.strip().encode(errors="replace"), value.strip().encode(errors="replace")
    if not value_bytes:
        return ""
    message = len(issuer_bytes).to_bytes(4, "big") + issuer_bytes + value_bytes
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:32]


def subject_secret(path: Path) -> bytes:
    """Read the 32 bytes that key all hashes, made at the first call. Lost, no identifier finds its row again."""
    return private_file(path, lambda: secrets.token_bytes(_SECRET_BYTES))


class Subjects:
    """The table of pseudonyms, sealed by Fernet keys, newest first: those in ``seals``, a file made at the first call, or ``given``.

    Raises KeyRefused where the file is open to others, or where there are no such keys.
    """

    def __init__(self, secret: bytes, seals: Path, given: str = "") -> None:
        self._secret, self._seals, self._given = secret, seals, given.encode()
        self._box = self._read()
        self._keys: dict[str, bytes] = {}

    def named(self, db: sa.Connection, issuer: str, patient_id: str) -> str:
        """Return the patient's pseudonym, made on ``db`` where there is none; `NOBODY` without a Patient ID."""
        if not (lookup := self._lookup(issuer, patient_id)):
            return NOBODY
        # Until the caller's commit nobody destroys the row: what comes under a name is never of somebody who was erased.
        known = (
            sa.select(subject.c.patient).where(subject.c.lookup == lookup).with_for_update(read=True, key_share=True)
        )
        if (patient := db.scalar(known)) is not None:
            return str(patient)
        patient, key = f"p-{secrets.token_hex(16)}", secrets.token_bytes(_SECRET_BYTES)
        said = json.dumps({"issuer": issuer.strip(), "patient_id": patient_id.strip(), "key": key.hex()})
        new = insert(subject).values(patient=patient, lookup=lookup, sealed=self._box.encrypt(said.encode()))
        made = db.scalar(new.on_conflict_do_nothing(index_elements=[subject.c.lookup]).returning(subject.c.patient))
        return patient if made is not None else str(db.scalar(known))  # somebody else was faster

    def find(self, db: sa.Connection, issuer: str, patient_id: str) -> str | None:
        """Return the patient's pseudonym, or None where the trail never knew the patient, or knows nobody any more."""
        lookup = self._lookup(issuer, patient_id)
        found: str | None = (
            db.scalar(sa.select(subject.c.patient).where(subject.c.lookup == lookup)) if lookup else None
        )
        return found

    def study(self, db: sa.Connection, patient: str, study_instance_uid: str) -> str:
        """Return how the trail names a study of ``patient``: ``s-`` and 32 hex digits; "" without a UID."""
        return self._under(db, patient, "s", study_instance_uid)

    def object(self, db: sa.Connection, patient: str, sop_instance_uid: str) -> str:
        """Return how the trail names an object of ``patient``: ``o-`` and 32 hex digits; "" without a UID."""
        return self._under(db, patient, "o", sop_instance_uid)

    def who(self, db: sa.Connection, patient: str) -> Person | None:
        """Return who a pseudonym stands for; None where that was destroyed."""
        said = self._open(db, patient)
        return None if said is None else Person(said["issuer"], said["patient_id"])

    def everybody(self, db: sa.Connection) -> Iterator[tuple[str, Person]]:
        """Yield every pseudonym that leads to somebody, and to whom."""
        for row in db.execute(sa.select(subject).order_by(subject.c.patient), execution_options={"yield_per": 1000}):
            said = self._unsealed(row.sealed)
            yield row.patient, Person(said["issuer"], said["patient_id"])

    def lock(self, db: sa.Connection, patient: str) -> None:
        """Wait for whoever is writing under a pseudonym, and let nobody begin until ``db`` ends."""
        db.execute(sa.select(subject.c.patient).where(subject.c.patient == patient).with_for_update())

    def destroy(self, db: sa.Connection, patient: str) -> bool:
        """Destroy what leads from a pseudonym to its patient; returns whether there was anything. Nothing brings it back."""
        self._keys.pop(patient, None)
        return db.execute(sa.delete(subject).where(subject.c.patient == patient)).rowcount > 0

    def seal_anew(self, db: sa.Connection) -> int:
        """Seal every row by a new key, or by the first of those that were given; returns how many rows there are.

        The new key is on disk before a row needs it, and the old ones until every row is committed: call `forget_old_seals` then.
        """
        if not self._given:
            keys = [Fernet.generate_key(), *self._seals.read_bytes().split()]
            replace_private_file(self._seals, b"\n".join(keys) + b"\n")
            self._box = self._read()
        db.execute(sa.text("lock table audit.subject in share row exclusive mode"))
        rows = db.execute(sa.select(subject.c.patient, subject.c.sealed)).all()
        again = [{"of": row.patient, "by": self._box.rotate(row.sealed)} for row in rows]
        if again:
            db.execute(
                sa.update(subject).where(subject.c.patient == sa.bindparam("of")).values(sealed=sa.bindparam("by")),
                again,
            )
        return len(again)

    def forget_old_seals(self) -> None:
        """Keep only the newest key in the file: what it sealed anew is committed."""
        if self._given:
            return
        replace_private_file(self._seals, self._seals.read_bytes().split()[0] + b"\n")
        self._box = self._read()

    def _read(self) -> MultiFernet:
        keys = (self._given or private_file(self._seals, lambda: Fernet.generate_key() + b"\n")).split()
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeyRefused(f"{self._where} holds no keys of the table of patients") from error

    @property
    def _where(self) -> str:
        return "subject_keys" if self._given else str(self._seals)

    def _lookup(self, issuer: str, patient_id: str) -> bytes:
        return bytes.fromhex(keyed_hash(self._secret, issuer, patient_id))

    def _under(self, db: sa.Connection, patient: str, kind: str, uid: str) -> str:
        if not uid:
            return ""
        return f"{kind}-{hmac.new(self._key(db, patient), f'{kind}{uid}'.encode(), hashlib.sha256).hexdigest()[:32]}"

    def _key(self, db: sa.Connection, patient: str) -> bytes:
        if patient and (key := self._keys.get(patient)) is not None:
            return key
        said = self._open(db, patient) if patient else None
        if said is None:
            # Nobody's studies are named under the secret itself; so is what comes after a patient was erased.
            return self._secret
        if len(self._keys) >= _KEYS_KEPT:
            self._keys.clear()
        key = self._keys[patient] = bytes.fromhex(said["key"])
        return key

    def _open(self, db: sa.Connection, patient: str) -> dict[str, str] | None:
        sealed = db.scalar(sa.select(subject.c.sealed).where(subject.c.patient == patient))
        return None if sealed is None else self._unsealed(sealed)

    def _unsealed(self, sealed: bytes) -> dict[str, str]:
        try:
            said = self._box.decrypt(sealed)
        except InvalidToken:
            # Another process may have sealed the table anew.
            self._box = self._read()
            try:
                said = self._box.decrypt(sealed)
            except InvalidToken as error:
                raise KeyRefused(
                    f"{self._where} does not open the table of patients: put back the keys that belong to this database"
                ) from error
        opened: dict[str, str] = json.loads(said)
        return opened
