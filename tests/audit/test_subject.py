"""Who a pseudonym is: found as long as the patient's row stands, sealed, and leading to nobody once that is destroyed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from audit.keys import KeyRefused
from audit.subject import NOBODY, Person, Subjects, subject

SECRET = b"s" * 32
PESEL = "44051401458"


@pytest.fixture
def subjects(tmp_path):
    return Subjects(SECRET, tmp_path / "subjects")


@pytest.fixture
def db(audit_trail):
    with audit_trail.service.begin() as db:
        yield db


def test_a_patient_has_one_pseudonym_found_by_issuer_and_id(subjects, db):
    patient = subjects.named(db, "HOSPITAL", PESEL)
    assert subjects.named(db, " HOSPITAL", f"{PESEL} ") == patient == subjects.find(db, "HOSPITAL", PESEL)
    assert subjects.named(db, "", PESEL) not in {patient, NOBODY}
    assert subjects.who(db, patient) == Person("HOSPITAL", PESEL)
    assert [who for _, who in sorted(subjects.everybody(db), key=lambda one: one[1].issuer)] == [
        Person("", PESEL),
        Person("HOSPITAL", PESEL),
    ]


def test_the_pseudonym_is_drawn_and_not_computed(subjects, audit_trail, db, tmp_path):
    patient = subjects.named(db, "", PESEL)
    assert subjects.destroy(db, patient)
    assert subjects.named(db, "", PESEL) != patient


def test_who_has_no_patient_id_is_nobody(subjects, db):
    assert subjects.named(db, "HOSPITAL", " ") == NOBODY
    assert subjects.find(db, "HOSPITAL", "") is None
    assert db.scalar(sa.select(sa.func.count()).select_from(subject)) == 0


def test_looking_for_a_stranger_leaves_nothing_behind(subjects, db):
    assert subjects.find(db, "", "NEVER-HERE") is None
    assert db.scalar(sa.select(sa.func.count()).select_from(subject)) == 0


def test_studies_and_objects_are_named_under_their_patients_key(subjects, db):
    one, other = subjects.named(db, "", "1"), subjects.named(db, "", "2")
    name = subjects.study(db, one, "1.2.3")
    assert name.startswith("s-")
    assert name == subjects.study(db, one, "1.2.3")
    assert len({name[2:], subjects.study(db, other, "1.2.3")[2:], subjects.study(db, NOBODY, "1.2.3")[2:], subjects.object(db, one, "1.2.3")[2:]}) == 4  # fmt: skip
    assert subjects.object(db, one, "") == subjects.study(db, NOBODY, "") == ""


def test_after_destruction_nothing_leads_from_the_patient_to_the_trail(subjects, db, tmp_path):
    patient = subjects.named(db, "", PESEL)
    study = subjects.study(db, patient, "1.2.3")
    assert subjects.destroy(db, patient)
    assert not subjects.destroy(db, patient)
    for reader in (subjects, Subjects(SECRET, tmp_path / "subjects")):
        assert reader.find(db, "", PESEL) is None
        assert reader.who(db, patient) is None
        assert reader.study(db, patient, "1.2.3") != study


def test_the_table_names_nobody_without_the_keys(subjects, audit_trail):
    with audit_trail.service.begin() as db:
        subjects.named(db, "HOSPITAL", PESEL)
    with audit_trail.service.begin() as db:
        (row,) = db.execute(sa.select(subject)).all()
    assert PESEL.encode() not in bytes(row.lookup) + bytes(row.sealed) + row.patient.encode()
    assert b"HOSPITAL" not in bytes(row.lookup) + bytes(row.sealed)


def test_two_that_see_a_patient_first_agree(subjects, audit_trail):
    def name(_: int) -> str:
        with audit_trail.service.begin() as db:
            return subjects.named(db, "", PESEL)

    with ThreadPoolExecutor(8) as many:
        assert len(set(many.map(name, range(32)))) == 1


def test_sealed_anew_the_old_key_opens_nothing(subjects, audit_trail, tmp_path):
    seals = tmp_path / "subjects"
    with audit_trail.service.begin() as db:
        patient = subjects.named(db, "", PESEL)
        study = subjects.study(db, patient, "1.2.3")
        other_process = Subjects(SECRET, seals)
    old = seals.read_bytes()
    with audit_trail.service.begin() as db:
        assert subjects.seal_anew(db) == 1
        assert len(seals.read_bytes().split()) == 2, "a crash before the commit leaves rows that the old key opens"
    subjects.forget_old_seals()
    assert len(seals.read_bytes().split()) == 1
    assert oct(seals.stat().st_mode & 0o777) == "0o600"
    with audit_trail.service.begin() as db:
        assert other_process.who(db, patient) == Person("", PESEL), "a process that runs on reads the new key"
        assert Subjects(SECRET, seals).study(db, patient, "1.2.3") == study
        seals.write_bytes(old)
        with pytest.raises(KeyRefused, match="put back the keys"):
            Subjects(SECRET, seals).who(db, patient)


def test_keys_may_be_given_and_then_no_file_is_made(audit_trail, tmp_path):
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with audit_trail.service.begin() as db:
        patient = Subjects(SECRET, tmp_path / "none", first).named(db, "", PESEL)
        rotated = Subjects(SECRET, tmp_path / "none", f"{second} {first}")
        assert rotated.seal_anew(db) == 1
        rotated.forget_old_seals()
        assert Subjects(SECRET, tmp_path / "none", second).who(db, patient) == Person("", PESEL)
    assert not (tmp_path / "none").exists()


def test_a_file_without_keys_is_refused(tmp_path):
    (tmp_path / "subjects").write_bytes(b"no key\n")
    (tmp_path / "subjects").chmod(0o600)
    with pytest.raises(KeyRefused, match="no keys"):
        Subjects(SECRET, tmp_path / "subjects")


def test_nobody_is_erased_while_something_comes_under_their_name(subjects, audit_trail):
    with audit_trail.service.begin() as db:
        patient = subjects.named(db, "", PESEL)
    with audit_trail.service.begin() as coming, audit_trail.service.connect() as erasing:
        assert subjects.named(coming, "", PESEL) == patient
        erasing.execute(sa.text("set lock_timeout = '200ms'"))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            subjects.lock(erasing, patient)
    with audit_trail.service.begin() as erasing:
        subjects.lock(erasing, patient)
        assert subjects.destroy(erasing, patient)
