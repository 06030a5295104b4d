"""Audit messages at a real rsyslog: there byte for byte, and from nobody without the right certificate."""

from dataclasses import replace

import pytest
from audit_acts import SOURCE, act, all_acts

from audit.event import EventType
from integrations.audit_message import audit_message
from integrations.errors import Rejected, Unavailable
from integrations.syslog import SyslogSender, syslog_message
from tests.integrations.dicom.certificates import authority
from tests.peers.syslog import rsyslog

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module", params=["gtls", "ossl"])
def collector(request, ca, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"rsyslog-{request.param}")
    with rsyslog(folder, *ca.issue(f"arr-{request.param}"), ca.file, request.param) as running:
        yield running


def message(one):
    return syslog_message(audit_message(one, SOURCE), one.occurred_at, "diafan.example", is_failure=one.outcome != "0")


def test_every_type_of_act_arrives_byte_for_byte(collector, ca):
    acts = [*(act(kind) for kind in EventType), *(one for _, one in all_acts())]
    messages = [message(one) for one in acts]
    before = len(collector.messages())
    handed = SyslogSender("127.0.0.1", collector.port, ca.tls("diafan")).send(messages)
    assert collector.wait_for_messages(before + len(messages))[before:] == messages
    assert handed.messages == len(messages)


def test_who_has_no_certificate_of_the_collectors_ca_is_never_told_that_it_took_anything(collector, ca, stranger):
    ours = replace(stranger.tls("not-diafan"), ca=ca.file)
    before = collector.messages()
    for size in (1, 40, 1000):
        for _ in range(5):
            with pytest.raises((Rejected, Unavailable), match="certificate"):
                SyslogSender("127.0.0.1", collector.port, ours, timeout_s=10).send([b"<85>1 - - - - - - x"] * size)
    known = SyslogSender("127.0.0.1", collector.port, ca.tls("diafan"))
    known.send([b"<85>1 - - last - - - x"])
    after = collector.wait_for_messages(len(before) + 1)
    assert after == [*before, b"<85>1 - - last - - - x"]


def test_a_collector_of_another_ca_is_told_nothing(collector, ca, stranger):
    before = collector.messages()
    ours = replace(ca.tls("diafan"), ca=stranger.file)
    with pytest.raises(Rejected, match="its certificate does not do"):
        SyslogSender("127.0.0.1", collector.port, ours).send([message(act(EventType.STUDY_SHOWN))])
    assert collector.messages() == before


def test_a_collector_that_is_gone_is_for_later(ca, tmp_path):
    sender = None
    with rsyslog(tmp_path / "rsyslog", *ca.issue("arr"), ca.file) as running:
        sender = SyslogSender("127.0.0.1", running.port, ca.tls("diafan"))
        sender.send([message(act(EventType.STUDY_SHOWN))])
    with pytest.raises(Unavailable):
        sender.send([message(act(EventType.STUDY_SHOWN))])
