"""Where cookies may go, how they are called, and which requests our own pages sent."""

import pytest
from fastapi import Request, Response

from service.api.session_cookie import cookies_of
from service.settings import Settings

OIDC = {"issuer": "https://id.example"}


def settings(public_url):
    return Settings(public_url=public_url, oidc=OIDC)


def request(**headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": named})


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://diafan.example", "https://diafan.example"),
        ("https://diafan.example:443/", "https://diafan.example"),
        ("https://Diafan.Example:8443", "https://diafan.example:8443"),
        ("http://127.0.0.1:8710", "http://127.0.0.1:8710"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8710", "http://[::1]:8710"),
    ],
)
def test_our_origin_is_written_as_browsers_write_it(public_url, origin):
    assert cookies_of(settings(public_url)).origin == origin


@pytest.mark.parametrize(
    "public_url", ["http://diafan.example", "http://192.168.1.5:8710", "http://localhost.evil.example"]
)
def test_over_plain_http_beyond_this_machine_there_are_no_cookies(public_url):
    assert cookies_of(settings(public_url)) is None


def test_over_https_browsers_keep_the_cookie_to_this_host_and_to_https():
    response = Response()
    cookies_of(settings("https://diafan.example")).set_session(response, "s3cret")
    assert response.headers["set-cookie"] == "__Host-diafan=s3cret; HttpOnly; Path=/; SameSite=strict; Secure"


def test_on_this_machine_it_goes_without_https_and_has_another_name():
    cookies, response = cookies_of(settings("http://127.0.0.1:8710")), Response()
    cookies.set_session(response, "s3cret")
    assert response.headers["set-cookie"] == "diafan=s3cret; HttpOnly; Path=/; SameSite=strict"
    assert cookies.session(request(cookie="diafan=s3cret")) == "s3cret"
    assert cookies.session(request(cookie="__Host-diafan=s3cret")) == ""


def test_an_attempts_cookie_is_lax_short_lived_and_kept_to_the_way_in():
    cookies, response = cookies_of(settings("https://diafan.example")), Response()
    cookies.set_attempt(response, "abcdefgh-more", "s3cret")
    assert response.headers["set-cookie"] == (
        "__Secure-diafan-sign-in-abcdefgh=s3cret; HttpOnly; Max-Age=600; Path=/sign-in; SameSite=lax; Secure"
    )
    assert cookies.attempt(request(cookie="__Secure-diafan-sign-in-abcdefgh=s3cret"), "abcdefgh-more") == "s3cret"


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        (
            {"sec_fetch_site": "same-origin", "origin": "http://localhost:8710"},
            True,
        ),  # the same machine by another name
        ({"origin": "http://127.0.0.1:8710"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:8711"}, False),
        ({"origin": "https://127.0.0.1:8710"}, False),
        ({"origin": "http://127.0.0.1:8710.evil.example"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "cross-site", "origin": "http://127.0.0.1:8710"}, False),
        ({"referer": "http://127.0.0.1:8710/app/"}, False),
    ],
)
def test_only_our_own_pages_are_told_to_be_our_own(headers, is_own):
    assert cookies_of(settings("http://127.0.0.1:8710")).is_own(request(**headers)) is is_own
