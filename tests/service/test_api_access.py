"""Who may call what: every route is walked, every refusal is a problem and leaves an entry."""

import asyncio
import base64
import time
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import ECKey

from service.access import Scope
from service.api import create_api
from service.issuer import EmbeddedIssuer
from tests.peers.process import wait_for
from tests.service.api_client import is_problem

OPEN = {"/health/live", "/health/ready", "/.well-known/jwks.json", "/.well-known/client-jwks.json"}
# What a browser opens and asks about itself, before anybody is known and whatever their roles: see test_sign_in and test_sessions.
WAY_IN = {
    "/sign-in",
    "/sign-in/callback",
    "/sign-in/link/{code}",
    "/sign-in/back-channel-logout",
    "/session",
    "/sign-out",
}
VALUES = {
    "study_instance_uid": "1.2.3",
    "image_id": "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11",
    "label": "Edema",
    "sop_instance_uid": "1.2.3",
    "delivery_id": "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11",
    "name": "outbox",
    "digest": "0" * 64,
    "picture": "auroc",
    "series_instance_uid": "1.2.3",
    "frames": "1",
}


@pytest.fixture(scope="module")
def every_operation(api):
    with api.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    return [(path, method.upper(), operation) for path, item in paths.items() for method, operation in item.items()]


@pytest.fixture(scope="module")
def operations(every_operation):
    return [told for told in every_operation if told[0] not in WAY_IN]


def test_only_the_way_in_is_left_to_other_tests(every_operation):
    assert {path for path, _, operation in every_operation if operation["tags"] == ["session"]} == WAY_IN
    open_to_all = {path for path, _, operation in every_operation if "security" not in operation}
    assert open_to_all == (OPEN | WAY_IN) - {"/session", "/sign-out"}


def test_every_route_but_health_and_keys_asks_for_a_token_and_logs_who_has_none(api, operations):
    with api.client() as client:
        for path, method, operation in operations:
            answer = client.request(method, path.format(**VALUES))
            if path in OPEN:
                assert answer.status_code == 200, path
                assert "security" not in operation
                continue
            assert is_problem(answer, 401)["reason"] == "missing"
            assert answer.headers["www-authenticate"] == 'Bearer realm="diafan"'
            [event] = api.log(answer.headers["x-request-id"])
            assert (event["type"], event["outcome"]) == ("token-refused", "serious failure")
            assert event["detail"] == {"method": method, "reason": "missing", "route": path}
            assert event["agent"]["address"] == "127.0.0.1"


def test_every_route_refuses_a_token_without_its_scope_and_logs_whose_it_was(api, operations):
    for path, method, operation in operations:
        if path in OPEN:
            continue
        needed, of_people = (
            {scope for requirement in operation["security"] for scope in requirement.get(scheme, [])}
            for scheme in ("bearer", "session")
        )
        assert needed
        assert needed == of_people
        assert needed <= set(Scope)
        with api.client(*(set(Scope) - needed), subject="nosy") as client:
            answer = client.request(method, path.format(**VALUES))
        assert is_problem(answer, 403)["type"].endswith(":insufficient-scope")
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
        [event] = api.log(answer.headers["x-request-id"])
        assert (event["type"], event["agent"]["id"], event["detail"]["route"]) == ("access-denied", "nosy", path)


def test_every_route_is_documented_with_words_an_example_and_its_problems(every_operation, api):
    with api.client() as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for path, _, operation in every_operation:
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        if "security" in operation:
            assert {"401", "403"} <= set(operation["responses"])
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                # What DICOM itself says of a conflict is for DICOM's own clients (PS3.18 10.5.3).
                is_refusal = status >= "400" and (media_type, status) != ("application/dicom+json", "409")
                assert (media_type == "application/problem+json") == is_refusal, (path, status)
                is_binary = content.get("schema", {}).get("format") == "binary"
                name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
                assert is_binary or "example" in content or schemas[name]["examples"], (path, status)
    assert "HTTPValidationError" not in schemas


def test_the_documentation_page_loads_nothing_from_elsewhere(api):
    with api.client() as client:
        page = client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert "//cdn" not in page.text


def test_a_bad_token_is_told_the_reason_class_and_nothing_else(api):
    settings, issuer = api.diafan.settings, api.diafan.issuer

    def other_issuer(folder="keys", url=settings.api_url, audience="https://diafan.example/api", ago_s=0):
        keys = settings.data_dir / folder
        return EmbeddedIssuer(keys, url, audience, ["127.0.0.1"], now=lambda: time.time() - ago_s).token(
            "x", [Scope.STUDY_READ]
        )

    kid = issuer.jwks()["keys"][0]["kid"]
    payload = issuer.token("x", [Scope.STUDY_READ]).split(".")[1]
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    forged = jwt.encode({"alg": "ES256", "kid": kid}, {"sub": "x", "scope": "study.read"}, ECKey.generate_key("P-256"))
    tokens = {
        "malformed": "not-a-token",
        "algorithm": f"{unsigned}.{payload}.",
        "signature": forged,
        "unknown-key": other_issuer(folder="other-keys"),
        "expired": other_issuer(ago_s=7200),
        "not-yet-valid": other_issuer(ago_s=-7200),
        "issuer": other_issuer(url="http://localhost"),
        "audience": other_issuer(audience="https://elsewhere.example"),
    }
    for reason, token in tokens.items():
        with api.client() as client:
            answer = client.get("/studies", headers={"Authorization": f"Bearer {token}"})
        problem = is_problem(answer, 401)
        assert problem["reason"] == reason
        assert (
            answer.headers["www-authenticate"]
            == f'Bearer realm="diafan", error="invalid_token", error_description="{reason}"'
        )
        assert token not in answer.text
        [event] = api.log(answer.headers["x-request-id"])
        assert (event["type"], event["detail"]["reason"]) == ("token-refused", reason)


def test_without_a_database_the_api_says_try_later_and_not_why(api):
    engine = sa.create_engine("postgresql+psycopg://somebody@/nowhere?host=/nowhere")
    cut_off = create_api(replace(api.diafan, database=replace(api.diafan.database, engine=engine)))
    token = api.diafan.issuer.token("x", list(Scope))

    async def ask(path):
        transport = httpx.ASGITransport(cut_off)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"Authorization": f"Bearer {token}"})

    for path in ("/health/ready", "/studies", "/audit"):
        answer = asyncio.run(ask(path))
        assert is_problem(answer, 503)["type"].endswith(":database-unavailable")
        assert answer.headers["retry-after"]
        assert "somebody" not in answer.text
    assert asyncio.run(ask("/health/live")).status_code == 200


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/deliveries", {"destination": "\0"}),
        ("/audit", {"agent": "\0"}),
        ("/audit", {"after": 10**30}),
        ("/audit", {"since": "9999-12-31T23:59:59-23:00"}),
        ("/studies", {"since": "0001-01-01T00:00:00+23:00"}),
        ("/studies/1.2/report", {"revision": 10**30}),
        *((path, {"cursor": base64.b64encode(place).decode()}) for path in ("/studies", "/deliveries") for place in (
            b"[]", b"{}", b"[1, 2]", b'["2026-01-01", "x"]', b'["2026-01-01T00:00:00+00:00", "\\u0000"]', b'["0001-01-01T00:00:00+23:00", "x"]', b"\xff"
        )),
    ],
)  # fmt: skip
def test_odd_values_are_never_a_failure_of_ours(api, path, values):
    with api.client(*Scope) as client:
        answer = client.get(path, params=values)
    assert answer.status_code in {200, 404, 422}, answer.text


def test_a_token_in_the_address_is_no_token(api):
    token = api.diafan.issuer.token("x", [Scope.STUDY_READ])
    with api.client() as client:
        assert client.get("/studies", params={"access_token": token}).status_code == 401


def test_a_request_number_is_kept_if_it_is_one_and_made_otherwise(api):
    given = "5b0f5c4e-8f0e-4c5c-9d4e-3d0c2f6c8a11"
    with api.client() as client:
        assert client.get("/health/live", headers={"X-Request-Id": given}).headers["x-request-id"] == given
        for strange in ("KOWALSKI-1950-01-31", "a", "x" * 300, given + "\t1"):
            assert client.get("/health/live", headers={"X-Request-Id": strange}).headers["x-request-id"] != strange


def test_unknown_addresses_and_methods_are_problems_that_repeat_nothing(api):
    with api.client(Scope.STUDY_READ) as client:
        for path in (
            "/Kowalski",
            "/studies/Kowalski",
            "/images/Kowalski",
            "/images/Kowalski/explanations/Kowalski",
            "/studies/",
        ):
            answer = client.get(path)
            assert answer.status_code in {404, 422}
            assert "Kowalski" not in is_problem(answer, answer.status_code)["detail"]
            assert "Kowalski" not in answer.text
        answer = client.delete("/studies")
        is_problem(answer, 405)
        assert answer.headers["allow"]
        answer = client.get(
            "/studies", params={"since": "Kowalski", "limit": "Kowalski", "state": "Kowalski", "cursor": "Kowalski"}
        )
        assert {i["name"] for i in is_problem(answer, 422)["invalid"]} == {"query.since", "query.limit", "query.state"}
        assert "Kowalski" not in answer.text
        is_problem(client.get("/studies", params={"cursor": "Kowalski"}), 422)


def test_answers_carry_security_headers(api):
    with api.client(Scope.STUDY_READ) as client:
        for path in ("/studies", "/nowhere"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "access-control-allow-origin" not in headers
            assert "server" not in headers


def test_head_is_answered_and_recorded_as_get(api):
    with api.client(Scope.STUDY_READ) as client:
        answer = client.head("/studies")
    assert (answer.status_code, answer.content) == (200, b"")
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == ["studies-queried"]


def test_health_says_no_more_than_needed(api):
    with api.client() as client:
        assert client.get("/health/live").json() == {"status": "live"}
        assert client.get("/health/ready").json() == {"status": "ready"}


def test_not_ready_without_room_on_the_disk(api, monkeypatch):
    monkeypatch.setattr(type(api.diafan.store), "free_bytes", lambda _: 0)
    with api.client() as client:
        assert is_problem(client.get("/health/ready"), 503)["type"].endswith(":no-room")


def test_a_failure_of_ours_is_a_problem_and_one_log_line_without_its_text(api, monkeypatch, caplog):
    def fails(_):
        raise RuntimeError("Kowalski")

    monkeypatch.setattr(type(api.diafan.store), "free_bytes", fails)
    with api.client() as client:
        answer = client.get("/health/ready")
    assert "Kowalski" not in str(is_problem(answer, 500))
    assert answer.headers["x-content-type-options"] == "nosniff"
    [record] = [r for r in caplog.records if r.getMessage() == "request failed"]
    assert record.request_id == answer.headers["x-request-id"]


def test_the_access_log_holds_the_route_and_neither_path_nor_query(api, caplog):
    caplog.set_level("INFO", logger="service")
    with api.client(Scope.STUDY_READ) as client:
        client.get("/studies/1.2.840.99", params={"name": "Kowalski"})
    # The line is written when the answer is complete, which the client may see first.
    record = wait_for(
        lambda: next((r for r in caplog.records if r.getMessage() == "request"), None), 10, "the access line"
    )
    assert (record.method, record.route, record.status) == ("GET", "/studies/{study_instance_uid}", 404)
    assert not any(word in str(vars(record)) for word in ("Kowalski", "1.2.840.99"))


def test_the_public_keys_of_the_embedded_issuer_verify_its_tokens(api):
    with api.client() as client:
        [key] = client.get("/.well-known/jwks.json").json()["keys"]
    assert "d" not in key
    assert jwt.decode(api.diafan.issuer.token("x", [Scope.OPS]), ECKey.import_key(key)).claims["sub"] == "x"
