"""Searching finds what is there, in the order of the log, and nothing else: compared with a search of everything, one by one."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from audit import trail
from audit.event import Agent, Event, EventType, Outcome
from audit.search import search, unfindable
from tests.audit.conftest import NOON

TYPES = (EventType.STUDY_SHOWN, EventType.TOKEN_REFUSED, EventType.AUDIT_EXPORTED, EventType.IMAGE_ANALYSED)


def some_event(draw: random.Random, number: int) -> Event:
    late = timedelta(minutes=draw.choice([0, 0, 0, 0, 7, 90]))  # some acts are written down after later ones
    return Event(
        type=draw.choice(TYPES),
        occurred_at=NOON + timedelta(minutes=number) - late,
        agent=Agent("person", draw.choice(["anna", "bob", 'it\'s "x"'])),
        outcome=draw.choice(list(Outcome)),
        patient=draw.choice(["", f"p-{1:032x}", f"p-{2:032x}"]),
        study=draw.choice(["", f"s-{1:032x}", f"s-{2:032x}", f"s-{3:032x}"]),
        purpose=draw.choice(["", "TREAT", "HRESCH"]),
    )


@pytest.fixture
def filled(audit_trail):
    draw = random.Random(7)
    audit_trail.events = [some_event(draw, n) for n in range(300)]
    at = 0
    while at < len(audit_trail.events):
        step = draw.choice([1, 1, 2, 5, 40])
        audit_trail.append(*audit_trail.events[at : at + step])
        audit_trail.sequence()
        at += step
    return audit_trail


def wanted_of(draw: random.Random) -> dict:
    wanted: dict = {"newest_first": draw.random() < 0.5, "limit": draw.choice([1, 3, 10, 1000])}
    choices = {
        "types": lambda: draw.sample(TYPES, draw.choice([1, 2, 3])),
        "studies": lambda: [f"s-{n:032x}" for n in draw.sample([1, 2, 3, 9], draw.choice([1, 2]))],
        "patient": lambda: f"p-{draw.choice([1, 2, 9]):032x}",
        "agent": lambda: draw.choice(["anna", 'it\'s "x"', "nobody"]),
        "outcome": lambda: draw.choice(list(Outcome)),
        "purpose": lambda: draw.choice(["TREAT", "HRESCH", "ETREAT"]),
        "since": lambda: NOON + timedelta(minutes=draw.randrange(-100, 320)),
        "until": lambda: NOON + timedelta(minutes=draw.randrange(-100, 320)),
        "after_index": lambda: draw.randrange(300),
        "before_index": lambda: draw.randrange(300),
    }
    return wanted | {name: choices[name]() for name in draw.sample(sorted(choices), draw.choice([0, 1, 1, 2, 3, 4]))}


def one_by_one(events: list[Event], wanted: dict) -> list[int]:
    def fits(index: int, event: Event) -> bool:
        return (
            index > wanted.get("after_index", -1)
            and index < wanted.get("before_index", len(events))
            and event.type in wanted.get("types", TYPES)
            and event.study in wanted.get("studies", [event.study])
            and event.patient == wanted.get("patient", event.patient)
            and event.agent.id == wanted.get("agent", event.agent.id)
            and event.outcome == wanted.get("outcome", event.outcome)
            and event.purpose == wanted.get("purpose", event.purpose)
            and event.occurred_at >= wanted.get("since", event.occurred_at)
            and event.occurred_at < wanted.get("until", event.occurred_at + timedelta(1))
        )

    found = [index for index, event in enumerate(events) if fits(index, event)]
    return (found[::-1] if wanted["newest_first"] else found)[: wanted["limit"]]


def test_every_search_finds_what_a_search_of_everything_finds(filled):
    draw = random.Random(11)
    found = 0
    with filled.service.begin() as db:
        for _ in range(400):
            wanted = wanted_of(draw)
            indexes = [entry.index for entry in search(db, **wanted)]
            assert indexes == one_by_one(filled.events, wanted), wanted
            found += bool(indexes)
    assert found > 100


def test_a_clock_that_stepped_back_hides_nothing(audit_trail, event):
    def at(number: int, **after: float) -> Event:
        return Event(EventType.STUDY_SHOWN, NOON + timedelta(**after), Agent("person", f"n{number}"))

    for number, hours in enumerate([0, 5, 6, 1, 2, 7, 8]):  # after the third act the clock was set back
        audit_trail.append(at(number, hours=hours))
        audit_trail.sequence()
    with audit_trail.service.begin() as db:
        span = {"since": NOON + timedelta(minutes=30), "until": NOON + timedelta(hours=3)}
        assert [e.index for e in search(db, **span)] == [3, 4]
        assert [e.index for e in search(db, since=NOON + timedelta(hours=6))] == [2, 5, 6]
        assert [e.index for e in search(db, until=NOON + timedelta(hours=5, minutes=30))] == [0, 1, 3, 4]


def test_a_term_that_was_removed_is_counted_and_one_that_was_added_finds_nothing(filled):
    with filled.service.begin() as db:
        assert unfindable(db) == 0
        before = [e.index for e in search(db, agent="anna", limit=1000)]
        nobody = sa.func.hashtextextended("agent=nobody", 0)
        db.execute(sa.insert(trail.found).values(term=nobody, leaf_index=3))
        assert search(db, agent="nobody") == [], "what is found is compared with the hashed text"
        annas = sa.func.hashtextextended("agent=anna", 0)
        others = set(range(300)) - set(before)
        db.execute(sa.insert(trail.found).values([{"term": annas, "leaf_index": index} for index in others]))
        for newest_first in (False, True):
            found = [e.index for e in search(db, agent="anna", limit=20, newest_first=newest_first)]
            assert found == sorted(before, reverse=newest_first)[:20], "terms that were added hide nothing"
    filled.tamper(
        f"delete from audit.found where leaf_index = {before[0]} and term = hashtextextended('agent=anna', 0)"
    )
    with filled.service.begin() as db:
        assert unfindable(db) == 1
        assert [e.index for e in search(db, agent="anna", limit=1000)] == before[1:]


def test_a_search_walks_along_its_terms_and_not_along_the_log(filled):
    with filled.owner.begin() as db:
        db.execute(sa.text("set local enable_seqscan = off"))
        asked = "explain select 1 from audit.found where term = hashtextextended('agent=anna', 0) order by leaf_index desc limit 5"
        assert "found_pkey" in "\n".join(db.execute(sa.text(asked)).scalars())


def test_however_many_are_wanted_at_once_they_are_found(filled):
    wanted = {
        "types": list(EventType)[:-1],
        "studies": [f"s-{n:032x}" for n in range(2, 60)],
        "limit": 1000,
        "newest_first": False,
    }
    with filled.service.begin() as db:
        assert [e.index for e in search(db, **wanted)] == one_by_one(filled.events, wanted) != []
