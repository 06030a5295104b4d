"""A site's audit record repository gets every entry of the log, in order, and none is lost on the way."""

from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import trail
from audit.event import EventType
from integrations.errors import Rejected, Unavailable
from integrations.syslog import NO_ACKNOWLEDGEMENT, Handed, SyslogSender
from service.audit_feed import AT_ONCE, AuditFeedRecord, AuditFeeds, Repository
from tests.integrations.dicom.certificates import authority
from tests.peers.syslog import rsyslog

NAME = "atna"


@dataclass
class Recording:
    """A repository that takes what it is told to take."""

    refuses: list[Exception] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    def send(self, messages):
        if self.refuses:
            raise self.refuses.pop(0)
        self.taken += messages
        return Handed(len(messages), 0, "TLSv1.3", by_close_notify=True)


@pytest.fixture
def feeds(diafan):
    """Return feeds to a recording repository, which was told of all that other tests did."""
    with Session(diafan.engine) as db, db.begin():
        db.execute(sa.delete(AuditFeedRecord))
        diafan.sequence_log()
        db.add(AuditFeedRecord(name=NAME, next_index=trail.size(db.connection())))
    return feeding(diafan, Recording())


def feeding(diafan, sender, *, named=False) -> AuditFeeds:
    return replace(diafan.audit_feeds, repositories={NAME: Repository(sender, named)})


def act(diafan, count=1, **about):
    with diafan.engine.begin() as db:
        for _ in range(count):
            diafan.record(db, EventType.STUDY_SHOWN, detail={"kind": "study"}, **about)
    diafan.sequence_log()


def state(diafan) -> AuditFeedRecord:
    with Session(diafan.engine) as db:
        feed = db.get_one(AuditFeedRecord, NAME)
        db.expunge(feed)
        return feed


def xml(message: bytes) -> ET.Element:
    return ET.fromstring(message.partition(b"\xef\xbb\xbf")[2])


def index_of(message: bytes) -> int:
    """Return the place in the log that a message says it has."""
    [entry] = [
        found
        for found in xml(message).iter("ParticipantObjectIdentification")
        if found.findtext("ParticipantObjectName") == "Entry of the audit log"
    ]
    return int(entry.attrib["ParticipantObjectID"])


def waiting_jobs(diafan) -> int:
    with diafan.engine.connect() as db:
        query = "select count(*) from procrastinate_jobs where queue_name = 'feed:atna' and status = 'todo'"
        return db.scalar(sa.text(query))


def test_every_entry_arrives_once_and_in_order(diafan, feeds):
    begun = state(diafan).next_index
    act(diafan, AT_ONCE + 3)
    feeds.feed(NAME)
    taken = feeds.repositories[NAME].sender.taken
    assert len(taken) == AT_ONCE + 3
    assert [index_of(message) for message in taken] == list(range(begun, begun + AT_ONCE + 3))
    told = state(diafan)
    assert (told.next_index, told.proof, told.last_error) == (begun + AT_ONCE + 3, NO_ACKNOWLEDGEMENT, "")
    feeds.feed(NAME)
    assert len(taken) == AT_ONCE + 3


def test_what_was_not_taken_is_sent_again_and_the_reason_kept(diafan, feeds):
    act(diafan, 2)
    sender = feeds.repositories[NAME].sender
    sender.refuses = [Unavailable("nobody is there"), Rejected("it does not take our certificate")]
    with pytest.raises(Unavailable, match="nobody is there"):
        feeds.feed(NAME)
    assert state(diafan).last_error == "nobody is there"
    with pytest.raises(Unavailable, match="certificate") as refused:
        feeds.feed(NAME)
    assert refused.value.retry_after_s == 300, "the log waits until a person has mended it"
    feeds.feed(NAME)
    assert (len(sender.taken), state(diafan).last_error) == (2, "")


def test_one_job_waits_for_a_repository_however_often_it_is_woken(diafan, feeds):
    before = waiting_jobs(diafan)
    feeds.wake()
    assert waiting_jobs(diafan) == before, "it lacks nothing"
    act(diafan)
    for _ in range(3):
        feeds.wake()
    assert waiting_jobs(diafan) == 1


def test_a_repository_knows_pseudonyms_unless_the_site_says_otherwise(diafan, feeds):
    with diafan.engine.begin() as db:
        patient = diafan.subjects.named(db, "MPI", "44051401458")
    act(diafan, patient=patient, study="1.2.840.99.7")
    feeds.feed(NAME)
    [message] = feeds.repositories[NAME].sender.taken
    assert b"44051401458" not in message
    assert patient.encode() in message
    named = feeding(diafan, Recording(), named=True)
    act(diafan, patient=patient, study="1.2.840.99.7")
    named.feed(NAME)
    [message] = named.repositories[NAME].sender.taken
    assert b"44051401458" in message


def test_a_repository_that_is_no_longer_in_the_settings_is_left_alone(feeds):
    feeds.feed("gone")


def test_rsyslog_holds_every_entry(diafan, feeds, tmp_path):
    ca = authority(tmp_path)
    server, client = ca.tls("collector"), ca.tls("diafan")
    act(diafan, 5)
    begun = state(diafan).next_index
    with rsyslog(tmp_path / "syslog", server.certificate, server.key, server.ca) as collector:
        feeding(diafan, SyslogSender("127.0.0.1", collector.port, client)).feed(NAME)
        messages = collector.wait_for_messages(5)
    assert [xml(message).tag for message in messages] == ["AuditMessage"] * 5
    assert state(diafan).next_index == begun + 5
