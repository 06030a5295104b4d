"""Who gets where: each role and each page, in the navigation, by its address, and at the API behind it."""

import pytest
from playwright.sync_api import expect

from service.roles import PersonRole

pytestmark = [pytest.mark.peers, pytest.mark.slow]

RIGHTS = "Patients\N{RIGHT SINGLE QUOTATION MARK} rights"
PAGES = {
    # its word in the navigation, its address, what it asks of the API, and the roles that open it
    "Worklist": ("worklist", ("POST", "/worklist"), {"physician"}),
    None: ("studies/{study}", ("GET", "/studies/{study}"), {"physician"}),
    "Send images": ("send", ("GET", "/upload-limits"), {"physician"}),
    "Audit log": ("log", ("GET", "/audit"), {"officer"}),
    RIGHTS: ("rights", ("GET", "/gdpr/notice"), {"officer"}),
    "Operations": ("operations", ("GET", "/operations"), {"administrator"}),
    "Models": ("models", ("GET", "/models"), {"data-scientist", "administrator", "physician"}),
}
REFUSED = "Your role does not open this page."


@pytest.fixture(scope="module")
def study(clinic):
    [found] = clinic.post("/worklist", clinic.token("study.read"), text="sample 61")["studies"]
    return found["study_instance_uid"]


@pytest.mark.parametrize("role", list(PersonRole))
def test_a_role_opens_its_pages_and_no_other(sign_in, clinic, study, role):
    here = sign_in(role.value, name=f"Robin {role.value}")
    page = here.page
    wanted = [word for word, (_, _, roles) in PAGES.items() if word and role.value in roles]
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links).to_have_count(len(wanted))
    assert sorted(links.all_text_contents()) == sorted(wanted)
    for address, (method, path), roles in PAGES.values():
        is_open = role.value in roles
        here.go(address.format(study=study))
        refusal = page.get_by_role("alert").filter(has_text=REFUSED)
        if is_open:
            expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
            expect(refusal).to_have_count(0)
        else:
            expect(refusal).to_be_visible()
        asked = here.context.request.fetch(
            f"{clinic.url}{path.format(study=study)}",
            method=method,
            headers={"Origin": clinic.url},
            data={} if method == "POST" else None,
        )
        assert asked.status == (200 if is_open else 403), (role, path)


def test_each_role_of_the_service_is_in_the_table():
    assert {role for _, _, roles in PAGES.values() for role in roles} == {role.value for role in PersonRole}


def test_two_roles_open_the_pages_of_both(sign_in):
    page = sign_in("officer", "administrator", name="Robin Both").page
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links).to_have_text(["Audit log", RIGHTS, "Operations", "Models"])
