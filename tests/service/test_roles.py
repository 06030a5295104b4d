"""Which of a provider's words make a role, and what each role opens."""

import pytest

from service.access import Scope
from service.roles import SCOPES, PersonRole, roles_in, scopes_of

PHYSICIAN, OFFICER = PersonRole.PHYSICIAN, PersonRole.OFFICER
KEYCLOAK = {"realm_access": {"roles": ["physician", "offline_access"]}}


def test_each_role_opens_its_own_work_and_no_other():
    assert SCOPES[PHYSICIAN] == {Scope.STUDY_READ, Scope.STUDY_WRITE, Scope.REVIEW_WRITE}
    assert SCOPES[OFFICER] == {Scope.AUDIT_READ}
    assert SCOPES[PersonRole.ADMINISTRATOR] == {Scope.OPS}
    assert SCOPES[PersonRole.DATA_SCIENTIST] == {Scope.MODEL_WRITE}
    assert set(SCOPES) == set(PersonRole)


def test_roles_add_up_and_unknown_words_open_nothing():
    assert scopes_of(["physician", "officer"]) == SCOPES[PHYSICIAN] | SCOPES[OFFICER]
    assert scopes_of(["admin", "*", ""]) == frozenset()


@pytest.mark.parametrize(
    ("claims", "path", "names", "roles"),
    [
        ({"roles": ["physician", "officer", "janitor"]}, "roles", {}, {PHYSICIAN, OFFICER}),
        ({"roles": "physician officer"}, "roles", {}, {PHYSICIAN, OFFICER}),
        ({"roles": ["radiologist"]}, "roles", {"radiologist": "physician"}, {PHYSICIAN}),
        ({"roles": ["physician"]}, "roles", {"physician": "officer"}, {OFFICER}),
        (KEYCLOAK, "realm_access.roles", {}, {PHYSICIAN}),
        ({"https://hospital.example/roles": ["officer"]}, "https://hospital.example/roles", {}, {OFFICER}),
        ({"roles": ["Physician", " physician", "PHYSICIAN"]}, "roles", {}, set()),
        ({"roles": []}, "roles", {}, set()),
        ({"roles": {"physician": True}}, "roles", {}, set()),
        ({"roles": 7}, "roles", {}, set()),
        ({"roles": [["physician"], {"physician": 1}, None]}, "roles", {}, set()),
        ({}, "roles", {}, None),
        ({"roles": None}, "roles", {}, None),
        (KEYCLOAK, "roles", {}, None),
        (KEYCLOAK, "realm_access.roles.0", {}, None),
        ({"realm_access": ["physician"]}, "realm_access.roles", {}, None),
    ],
)
def test_the_providers_words_become_our_roles(claims, path, names, roles):
    assert roles_in(claims, path, names) == roles
