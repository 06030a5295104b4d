"""The listener as the settings want it: who may send, over TLS, and an error that says which file is wrong."""

from dataclasses import replace

import pytest

from audit.search import search
from integrations import dimse
from integrations.errors import Rejected, Unavailable
from service import app as root
from service import destinations
from service.destination_settings import PacsDestination
from service.listening import listener_of
from tests.bad_objects import plain, sent
from tests.integrations.dicom.certificates import authority


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("hospital"))


def files(hospital, name):
    certificate, key = hospital.issue(name)
    return {"certificate": certificate, "key": key, "ca": hospital.file}


def configured(diafan, **settings):
    """Return the listener of a Diafan with other settings, validated as a file's would be."""
    told = {**diafan.settings.model_dump(exclude={"destinations"}), **settings}
    return listener_of(replace(diafan, settings=type(diafan.settings)(**told)))


def pacs(port, **tls):
    """Return a destination that is our own listener, as built from settings."""
    given = PacsDestination(name="pacs", host="127.0.0.1", port=port, called_ae_title="DIAFAN", tls=tls or None)
    return destinations._one(given, root_settings, None)


root_settings = type("Told", (), {"ae_title": "PACS"})()


def test_a_destination_reaches_a_listener_over_tls_as_both_were_configured(diafan, hospital, tmp_path):
    listener = configured(diafan, dimse_tls=files(hospital, "diafan"), calling_ae_titles={"PACS": ["127.0.0.0/8"]})
    listener.start()
    try:
        file = tmp_path / "image.dcm"
        file.write_bytes(sent(plain()).part10())
        destination = pacs(listener.port, **files(hospital, "pacs"))
        destination.check()
        dimse.send(destination._peer, [file])
        with pytest.raises(Unavailable):
            pacs(listener.port).check()
        with pytest.raises(Rejected, match="Calling AE title"):
            dimse.echo(replace(destination._peer, calling_ae_title="OTHER"))
    finally:
        listener.stop()
    assert list(diafan.store.incoming.iterdir()) == []


def test_a_listener_whose_files_are_wrong_does_not_start_and_says_which(diafan, hospital, tmp_path):
    wrong = {**files(hospital, "diafan"), "ca": tmp_path / "missing.pem"}
    listener = configured(diafan, dimse_tls=wrong)
    with pytest.raises(root.EXPECTED, match=r"TLS CA file .*missing\.pem cannot be used: No such file"):
        listener.start()


def test_the_limits_are_those_of_the_settings(diafan):
    listener = configured(
        diafan,
        dimse_max_associations=3,
        dimse_max_per_address=2,
        dimse_artim_s=4,
        dimse_idle_s=5,
        dimse_max_mb=6,
    )
    assert listener._limits == dimse.Limits(3, 2, 4, 5, 6_000_000)


def test_who_comes_in_and_who_is_turned_away_is_in_the_log(diafan):
    listener = configured(diafan, calling_ae_titles={"WIRED": ["127.0.0.0/8"]})
    listener.start()
    try:
        here = dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "WIRED")
        dimse.echo(here)
        with pytest.raises(Rejected):
            dimse.echo(replace(here, calling_ae_title="STRANGER"))
    finally:
        listener.stop()
    diafan.sequence_log()
    with diafan.engine.connect() as db:
        [came] = search(db, agent="WIRED")
        [turned_away] = search(db, agent="STRANGER")
    assert (came.event["type"], came.event["agent"]["address"]) == ("association-opened", "127.0.0.1")
    assert (turned_away.event["type"], turned_away.event["outcome"]) == ("association-refused", "serious failure")
