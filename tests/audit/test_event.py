import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydicom.sr.codedict import codes

from audit.event import Agent, Event, EventType, Outcome

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AGENT = Agent("system", "ORTHANC")


def of(**fields):
    return Event(**{"type": EventType.INSTANCE_RECEIVED, "occurred_at": NOON, "agent": AGENT, **fields})


def test_canonical_bytes_are_pinned():
    event = of(
        agent=Agent(
            "person", "dr.who", client="web", issuer="https://id.example", roles=("physician",), purpose="ETREAT"
        ),
        outcome=Outcome.MINOR_FAILURE,
        study="s-" + "cd" * 16,
        patient="p-" + "ab" * 16,
        purpose="TREAT",
        legal_basis="gdpr-6-1-c+gdpr-9-2-h",
        detail={"size_bytes": 10, "reason": "no-pixels"},
    )
    assert event.canonical() == (
        b'{"agent":{"client":"web","id":"dr.who","issuer":"https://id.example","kind":"person","roles":["physician"]},'
        b'"detail":{"reason":"no-pixels","size_bytes":10},"legal_basis":"gdpr-6-1-c+gdpr-9-2-h","occurred_at":"2026-03-01T12:00:00.000000Z",'
        b'"outcome":"minor failure","patient":"p-abababababababababababababababab","purpose":"TREAT",'
        b'"study":"s-cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","type":"instance-received","v":2}'
    )


def test_the_same_moment_and_another_order_of_detail_give_the_same_bytes():
    warsaw = timezone(timedelta(hours=1))
    one = of(detail={"attempt": 1, "status": 0})
    other = of(occurred_at=NOON.astimezone(warsaw), detail={"status": 0, "attempt": 1})
    assert one.canonical() == other.canonical()


def test_every_type_has_codes_of_the_two_context_groups():
    from pydicom.sr._cid_dict import cid_concepts  # noqa: PLC0415

    events, kinds = ({getattr(codes.DCM, name).value for name in cid_concepts[cid]["DCM"]} for cid in (400, 401))
    for member in EventType:
        assert member.event_id in events
        assert member.event_type in kinds | {""}
        assert member.action in set("CRUDE")
        assert EventType(member.value) is member


def test_people_coming_and_going_are_told_in_dicoms_own_words():
    told = {t: (t.event_id, t.event_type) for t in EventType if t.startswith(("user-", "sign-in-"))}
    user_authentication, login, logout = "110114", codes.DCM.Login.value, codes.DCM.Logout.value
    assert told == {
        "user-signed-in": (user_authentication, login),
        "user-signed-out": (user_authentication, logout),
        "sign-in-refused": (codes.DCM.SecurityAlert.value, codes.DCM.NodeAuthentication.value),
    }


CANARY = ["Święcicki^Żółć", "山田^太郎", "44051401458", "19440514", "Kowalski^Jan", "ACC 2026/17"]


@pytest.mark.parametrize(
    ("field", "canary"),
    [
        *((field, canary) for field in ("patient", "purpose") for canary in CANARY),
        *((field, canary) for field in ("study", "object") for canary in CANARY),
    ],
)
def test_patient_data_do_not_fit_into_a_field(field, canary):
    with pytest.raises(ValueError, match=field) as refused:
        of(**{field: canary})
    assert canary not in str(refused.value)


@pytest.mark.parametrize("canary", CANARY)
@pytest.mark.parametrize("key", ["reason", "error", "kind", "route", "method", "scope", "sha256", "count"])
def test_patient_data_do_not_fit_into_a_detail(key, canary):
    with pytest.raises(ValueError, match=key) as refused:
        of(detail={key: canary})
    assert canary not in str(refused.value)


@pytest.mark.parametrize("canary", [c for c in CANARY if not c.isascii()])
@pytest.mark.parametrize("field", ["image_id", "destination", "request_id"])
def test_names_do_not_fit_into_identifiers(field, canary):
    with pytest.raises(ValueError, match=field):
        of(**{field: canary})


@pytest.mark.parametrize(
    "detail",
    [
        {"patient_name": "x"},
        {"Reason": "x"},
        {"reason": "x" * 129},
        {"status": "200"},
        {"status": True},
        {"status": 1.5},
        {"size_bytes": 2**53},
        {"reason": 7},
    ],
)
def test_detail_is_a_closed_list_of_keys_and_shapes(detail):
    with pytest.raises(ValueError, match=r"detail|shape"):
        of(detail=detail)


def test_detail_cannot_be_changed_afterwards():
    detail = {"attempt": 1}
    event = of(detail=detail)
    detail["attempt"] = 2
    assert json.loads(event.canonical())["detail"] == {"attempt": 1}
    with pytest.raises(TypeError):
        event.detail["attempt"] = 2  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.patient = ""  # type: ignore[misc]


def test_a_time_without_its_offset_is_refused():
    with pytest.raises(ValueError, match="UTC"):
        of(occurred_at=datetime(2026, 3, 1))  # noqa: DTZ001


def test_what_a_stranger_calls_itself_is_always_recordable():
    agent = Agent("system", 'EVIL\x00\n"山' + "x" * 400, address="::1")
    assert agent.id.startswith('EVIL??"?x')
    assert len(agent.id) == 255
    assert of(detail={"called_ae_title": "Ł\n" + "x" * 90}).detail["called_ae_title"] == "??" + "x" * 62
    assert json.loads(of(agent=agent).canonical())["agent"]["id"] == agent.id
