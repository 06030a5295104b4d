"""Why somebody looks: the token's purpose of use, or the role's, and none that HL7 does not know."""

from dataclasses import replace

import httpx
import pytest

from audit.event import PURPOSE
from service.access import LocalKeys, Reason, Scope, TokenError, TokenValidator
from service.purpose import ACT_REASON, CODES, purpose_in
from service.roles import PURPOSES, SCOPES, PersonRole, purpose_of
from service.sessions import Person, agent_of
from tests.service.api_client import is_problem
from tests.service.forging import AUDIENCE, ISSUER, NOW, RSA, public, signed
from tests.service.people import events, served


def iua(*codings):
    return {"extensions": {"ihe_iua": {"subject_name": "Dr. X", "purpose_of_use": list(codings)}}}


def coding(code, system=ACT_REASON):
    return {"system": system, "code": code, "display": "of no interest"}


OF_SWITZERLAND = coding("NORM", "urn:oid:2.16.756.5.30.1.127.3.10.5")


def test_the_codes_are_hl7s_and_fit_the_log():
    assert len(CODES) == 59
    assert {"TREAT", "ETREAT", "BTG", "HOPERAT", "HRESCH", "HLEGAL", "HCOMPL", "HSYSADMIN"} <= CODES
    assert all(PURPOSE.fullmatch(code) for code in CODES)
    assert set(PURPOSES) == set(PersonRole)
    assert set(PURPOSES.values()) <= CODES


@pytest.mark.parametrize(
    ("claims", "purpose"),
    [
        ({}, ""),
        ({"purpose_of_use": None}, ""),
        (iua(), ""),
        ({"extensions": {"hl7-b2b": {}}}, ""),
        ({"extensions": "of another kind"}, ""),
        (iua(coding("TREAT")), "TREAT"),
        (iua(coding("HRESCH", "urn:oid:2.16.840.1.113883.5.8")), "HRESCH"),
        (iua(OF_SWITZERLAND, coding("TREAT")), "TREAT"),
        (iua(coding("HRESCH"), coding("TREAT")), "HRESCH"),
        ({"extensions": {"ihe_iua": {"purpose_of_use": coding("BTG")}}}, "BTG"),
        ({"purpose_of_use": "ETREAT"}, "ETREAT"),
        ({"purpose_of_use": "HPAYMT TREAT"}, "HPAYMT"),
        ({"purpose_of_use": ["HLEGAL"]}, "HLEGAL"),
        ({"purpose_of_use": [f"{ACT_REASON}#TREAT"]}, "TREAT"),
        ({"purpose_of_use": "HRESCH", **iua(coding("TREAT"))}, "TREAT"),
    ],
)
def test_a_purpose_is_read_where_issuers_state_it(claims, purpose):
    assert purpose_in(claims) == purpose


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        (iua(OF_SWITZERLAND), Reason.PURPOSE),
        (iua(coding("PurposeOfUse")), Reason.PURPOSE),
        (iua(coding("treat")), Reason.PURPOSE),
        ({"purpose_of_use": "treatment"}, Reason.PURPOSE),
        ({"purpose_of_use": ""}, Reason.PURPOSE),
        ({"purpose_of_use": "https://evil.example#TREAT"}, Reason.PURPOSE),
        ({"purpose_of_use": "TREAT,HRESCH"}, Reason.PURPOSE),
        ({"purpose_of_use": 7}, Reason.CLAIMS),
        ({"purpose_of_use": [["TREAT"]]}, Reason.CLAIMS),
        (iua({"code": "TREAT"}), Reason.CLAIMS),
        (iua({"system": [ACT_REASON], "code": "TREAT"}), Reason.CLAIMS),
    ],
)
def test_what_is_stated_and_none_of_hl7s_is_refused_and_not_left_out(claims, reason):
    with pytest.raises(TokenError) as refused:
        purpose_in(claims)
    assert refused.value.reason is reason


def test_the_principal_carries_it_into_the_log():
    validator = TokenValidator(ISSUER, AUDIENCE, LocalKeys(public(RSA)), now=lambda: NOW)
    principal = validator.validate(signed(claims=iua(coding("ETREAT"))))
    assert principal.purpose == "ETREAT"
    assert agent_of(principal).purpose == "ETREAT"
    assert agent_of(validator.validate(signed())).purpose == ""


def test_of_several_roles_the_one_that_opens_it_says_what_for():
    both = [PersonRole.OFFICER, PersonRole.PHYSICIAN]
    assert purpose_of(both) == "TREAT"
    assert purpose_of(both, [Scope.AUDIT_READ]) == "HCOMPL"
    assert purpose_of(both, [Scope.OPS]) == "TREAT"
    assert {role: purpose_of([role], SCOPES[role]) for role in PersonRole} == dict(PURPOSES)
    assert purpose_of(["janitor"]) == ""


@pytest.fixture(scope="module")
def here(api):
    return replace(api.diafan, settings=api.diafan.settings.model_copy(update={"purpose_required": True}))


@pytest.fixture(scope="module")
def url(here):
    with served(here) as url:
        yield url


def ask(url, path="/studies", token="", **cookies):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=url, trust_env=False, cookies=cookies) as client:
        return client.get(path, headers=headers)


@pytest.mark.parametrize("path", ["/studies", "/fhir/DiagnosticReport"])
def test_where_it_is_required_a_token_without_one_is_told_what_to_ask_for(here, url, path):
    answer = ask(url, path, here.issuer.token("ris", [Scope.STUDY_READ]))
    assert answer.status_code == 403
    for word in ("TREAT", "extensions.ihe_iua.purpose_of_use", "PurposeOfUse"):
        assert word in answer.text
    [event] = events(here, answer)
    assert (event["type"], event["agent"]["id"], event["detail"]["reason"]) == (
        "access-denied",
        "ris",
        "purpose-missing",
    )
    assert ask(url, path, here.issuer.token("ris", [Scope.STUDY_READ], purpose="TREAT")).status_code == 200


def test_where_it_is_not_required_nothing_is_asked(api):
    with api.client(Scope.STUDY_READ) as client:
        assert client.get("/studies").status_code == 200


def test_people_act_for_the_purpose_of_their_role(here, url):
    person = Person(ISSUER, "p", "Name", frozenset({PersonRole.PHYSICIAN}))
    with here.engine.begin() as db:
        secret, session = here.sessions.begin(db, person)
    assert session.principal.purpose == session.agent().purpose == "TREAT"
    assert is_problem(ask(url, "/audit", diafan=secret), 403)["type"].endswith("insufficient-scope")
    assert ask(url, diafan=secret).status_code == 200


def test_who_has_several_roles_acts_for_the_one_that_opened_it(here, url):
    person = Person(ISSUER, "q", "Name", frozenset({PersonRole.PHYSICIAN, PersonRole.OFFICER}))
    with here.engine.begin() as db:
        secret, _ = here.sessions.begin(db, person)
    for path, purpose in (("/studies", "TREAT"), ("/audit", "HCOMPL")):
        [event] = events(here, ask(url, path, diafan=secret))
        assert event["purpose"] == purpose


def test_a_stated_purpose_stands_in_the_log(here, url):
    [event] = events(here, ask(url, token=here.issuer.token("ris", [Scope.STUDY_READ], purpose="ETREAT")))
    assert (event["agent"]["id"], event["purpose"]) == ("ris", "ETREAT")
