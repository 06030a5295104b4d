"""DICOM over TLS: certificates on both sides, the cipher suites of PS3.15, and errors that name the file."""

import shutil
import socket
import ssl
import subprocess
import time
import warnings
from dataclasses import replace

import pytest
from certificates import authority, new_key, write_key
from dicom_samples import PLAIN

from integrations import dimse
from integrations.dimse.tls import CIPHERS, TlsProfile, TlsUnusable, client_context, server_context
from integrations.errors import Unavailable
from tests.dicom_peer import association_request, listening, wait_for
from tests.peers.process import free_port
from tests.peers.setup import loopback_shim


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    """The CA of the hospital."""
    return authority(tmp_path_factory.mktemp("hospital"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Another CA."""
    return authority(tmp_path_factory.mktemp("stranger"), "stranger")


def peer(listener, tls):
    return dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS", timeout_s=5, tls=tls)


@pytest.mark.parametrize("kind", ["EC", "RSA2048"])
@pytest.mark.parametrize("profile", TlsProfile)
def test_images_arrive_over_tls(tmp_path, hospital, kind, profile):
    arrived = []
    with listening(tmp_path, arrived.append, tls=hospital.tls(f"diafan-{kind}", kind, profile=profile)) as listener:
        dimse.send(peer(listener, hospital.tls("pacs", profile=profile)), [PLAIN] * 3)
    assert [file.path.stat().st_size > 100_000 for file in arrived] == [True] * 3


def test_who_has_no_certificate_of_our_ca_is_not_heard(tmp_path, hospital, stranger):
    foreign = stranger.tls("impostor")
    with listening(tmp_path, tls=hospital.tls("diafan")) as listener:
        with pytest.raises(Unavailable, match="does not answer over TLS"):
            dimse.send(peer(listener, replace(foreign, ca=hospital.file)), [PLAIN])
        with pytest.raises(Unavailable, match="does not answer: is it running"):
            dimse.send(peer(listener, None), [PLAIN])
        nameless = ssl.create_default_context(cafile=hospital.file)
        # The alert, or where our request crossed it, what the kernel makes of a connection that is closed on unread data.
        with pytest.raises(OSError, match=r"ALERT|alert|reset|Broken|EOF occurred in violation of protocol"):
            _request(nameless, listener.port)
        dimse.echo(peer(listener, hospital.tls("pacs")))
    assert list(tmp_path.iterdir()) == []


def test_we_send_nothing_to_a_peer_that_is_not_who_it_should_be(tmp_path, hospital, stranger):
    elsewhere = hospital.issue("elsewhere", address="127.0.0.2")
    for tls in (stranger.tls("false-pacs"), dimse.Tls(*elsewhere, hospital.file)):
        with listening(tmp_path, tls=replace(tls, ca=hospital.file)) as listener:
            client = hospital.tls("diafan")
            with pytest.raises(Unavailable, match=r"does .*ca\.pem hold the CA of its certificate"):
                dimse.send(peer(listener, client), [PLAIN])
            if tls.certificate == elsewhere[0]:
                dimse.echo(peer(listener, replace(client, server_name="127.0.0.2")))
    assert list(tmp_path.iterdir()) == []


def _request(context, port):
    """Ask for an association, and return the type of PDU that was answered."""
    with (
        socket.create_connection(("127.0.0.1", port), 5) as connection,
        context.wrap_socket(connection, server_hostname="127.0.0.1") as wrapped,
    ):
        wrapped.sendall(association_request())
        return wrapped.recv(1)


@pytest.mark.parametrize("profile", TlsProfile)
@pytest.mark.parametrize(
    ("version", "ciphers", "speaks"),
    [
        (ssl.TLSVersion.TLSv1_3, "DEFAULT", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-GCM-SHA384", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256", False),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0", False),
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", False),
    ],
)
def test_only_what_the_profile_allows_is_spoken(tmp_path, hospital, profile, version, ciphers, speaks):
    client = client_context(hospital.tls("pacs"))
    client.set_ciphers(ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of TLS 1.1, rightly
        client.minimum_version = client.maximum_version = version
    with listening(tmp_path, tls=hospital.tls("diafan", profile=profile)) as listener:
        if speaks:
            assert _request(client, listener.port) == b"\x02"
        else:
            with pytest.raises(OSError, match=r"ALERT|alert|reset|Broken|NO_"):
                _request(client, listener.port)


@pytest.mark.parametrize("profile", TlsProfile)
def test_the_suites_of_tls_1_2_are_those_of_the_profile_and_openssl_has_them_all(hospital, profile):
    offered = {
        cipher["name"]
        for cipher in server_context(hospital.tls("diafan", profile=profile)).get_ciphers()
        if cipher["protocol"] == "TLSv1.2"
    }
    assert offered == set(CIPHERS[profile])


def _broken(tls, folder, what):
    """Return the settings with one thing wrong, and the file that is to be named."""
    file = folder / f"{what}.pem".replace(" ", "-")
    match what:
        case "no certificate" | "no key" | "no ca":
            return replace(tls, **{what[3:]: file}), file
        case "rubbish certificate" | "rubbish key" | "rubbish ca":
            file.write_text("-----BEGIN nothing-----")
            return replace(tls, **{what[8:]: file}), file
        case "another key":
            write_key(file, new_key())
        case "locked key":
            write_key(file, new_key(), b"secret")
    return replace(tls, key=file), file


@pytest.mark.parametrize("context", [server_context, client_context])
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("no certificate", "certificate file .* cannot be used: No such file"),
        ("no key", "key file .* cannot be used: No such file"),
        ("no ca", "CA file .* cannot be used: No such file"),
        ("rubbish certificate", "certificate file .* no such thing in PEM"),
        ("rubbish key", "key file .* no such thing in PEM"),
        ("rubbish ca", "CA file .* no such thing in PEM"),
        ("another key", "is not the key of the certificate"),
        ("locked key", "key file .* password"),
    ],
)
def test_the_error_says_which_file_is_wrong_and_how(tmp_path, hospital, context, what, said):
    tls, file = _broken(hospital.tls("diafan"), tmp_path, what)
    with pytest.raises(TlsUnusable, match=said) as raised:
        context(tls)
    assert str(file) in str(raised.value)


def test_expired_weak_and_ca_less_certificates_are_refused(hospital):
    ours = hospital.tls("diafan")
    for issued, said in [
        (hospital.issue("old", valid_days=-1), "has expired"),
        (hospital.issue("weak", "RSA1024"), "too weak for PS3.15"),
    ]:
        with pytest.raises(TlsUnusable, match=said):
            server_context(dimse.Tls(*issued, hospital.file))
    with pytest.raises(TlsUnusable, match="holds no certificate of a CA"):
        server_context(replace(ours, ca=hospital.issue("leaf")[0]))


def test_a_peer_that_stalls_in_the_handshake_is_closed_and_keeps_nobody_waiting(tmp_path, hospital):
    limits = dimse.Limits(artim_s=1)
    with listening(tmp_path, tls=hospital.tls("diafan"), limits=limits) as listener:
        silent = [socket.create_connection(("127.0.0.1", listener.port), 10) for _ in range(8)]
        silent[0].sendall(b"\x16\x03\x01\x02\x00")  # the beginning of a ClientHello
        begun = time.monotonic()
        dimse.echo(peer(listener, hospital.tls("pacs")))
        assert time.monotonic() - begun < limits.artim_s
        for connection in silent:
            assert connection.recv(1) == b""
            connection.close()


def test_dcmtk_sends_to_us_over_tls_and_not_without_a_certificate(tmp_path, hospital):
    certificate, key = hospital.issue("dcmtk", "RSA2048")
    trust = ["+cf", hospital.file]
    with listening(tmp_path / "in", tls=hospital.tls("diafan", "RSA2048")) as listener:

        def storescu(*identity):
            command = ["/usr/bin/storescu", *identity, *trust, "-aec", "DIAFAN", "127.0.0.1", str(listener.port), PLAIN]
            return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode

        assert storescu("+tls", key, certificate) == 0
        assert storescu("+tla") != 0
        assert storescu("-tls") != 0
    assert len(list((tmp_path / "in").iterdir())) == 1


def test_we_send_to_dcmtk_over_tls(tmp_path, hospital):
    certificate, key = hospital.issue("storescp", "RSA2048")
    program = shutil.which("storescp", path="/usr/bin")
    port = free_port()
    command = [program, "+tls", key, certificate, "+cf", hospital.file, "-od", tmp_path, str(port)]
    with subprocess.Popen(command, env={"LD_PRELOAD": str(loopback_shim())}) as storescp:
        try:
            pacs = dimse.Peer("127.0.0.1", port, "PACS", "DIAFAN", tls=hospital.tls("sender", "RSA2048"))

            def answers():
                try:
                    dimse.echo(pacs)
                except Unavailable:
                    return False
                return True

            wait_for(answers, 20)
            dimse.send(pacs, [PLAIN])
            with pytest.raises(Unavailable):
                dimse.send(replace(pacs, tls=None), [PLAIN])
        finally:
            storescp.kill()
    assert len(list(tmp_path.iterdir())) == 1
