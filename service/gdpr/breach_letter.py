"""The timeline of a breach as it is handed over: a PDF for who notifies (GDPR Art. 33 and 34), or rows for a spreadsheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.event import EventType
from integrations.document.letter import Grid, Heading, Letter, Text, render_letter
from integrations.words import Language
from service.act_words import ACTS
from service.gdpr.breach import HOURS, Act, Group, Verification, Wanted, deadline, tally
from service.gdpr.breach_words import WORDS
from service.gdpr.document_words import WORDS as SHARED
from service.gdpr.subject_words import WORDS as SUBJECT
from service.settings import Settings
from service.spreadsheet import csv_row

ROWS_MAX = 1000
"""Acts that the PDF lists; it says how many more there are, and a spreadsheet has them all."""
COLUMNS = (
    "index", "occurred_at", "group", "type", "kind", "succeeded", "agent", "roles", "address", "patient", "study", "destination",
    "purpose", "count", "of_everybody", "patient_named",
)  # fmt: skip
_LISTED = frozenset(Group) - {Group.HANDLED}
_KINDS = {kind.value: kind for kind in EventType}
_SHOWN = {"image": "images", "instance": "images", "study": "headers", "review": "verdicts"}
_OTHERS = {
    EventType.STUDIES_QUERIED.value: "lists",
    EventType.AUDIT_READ.value: "log",
    EventType.AUDIT_EXPORTED.value: "log",
    EventType.VERDICTS_EXPORTED.value: "evaluation",
    EventType.TRANSFER_ENDED.value: "results",
    EventType.ACCESS_ANSWERED.value: "everything",
}


@dataclass(frozen=True, slots=True)
class BreachTimeline:
    """The acts of a span, ready to be written. ``names`` is whom pseudonyms stand for, empty unless they were asked for."""

    settings: Settings
    wanted: Wanted
    acts: Sequence[Act]
    verification: Verification
    known_at: datetime | None
    names: Mapping[str, str]
    now: datetime

    def csv(self) -> Iterator[str]:
        """Yield every act as a row (RFC 4180); what a spreadsheet would take for a formula is text."""
        yield csv_row(COLUMNS)
        for act in self.acts:
            count = "" if act.count is None else act.count
            yield csv_row(
                (
                    act.index, act.at, act.group, act.type, act.kind, str(act.succeeded).lower(), act.who, act.roles, act.address,
                    act.patient, act.study, act.destination, act.purpose, count, str(act.of_everybody).lower(),
                    self.names.get(act.patient, ""),
                )
            )  # fmt: skip

    def pdf(self, language: Language) -> bytes:
        """Return the timeline as a PDF."""
        words, shared = WORDS[language], SHARED[language]
        privacy = self.settings.privacy
        parts: list[Heading | Text | Grid] = [
            Text(self._about(language)),
            Heading(words.clock),
            Text(self._clock(language)),
        ]
        parts += [Heading(shared.controller), Text(privacy.controller or shared.not_stated)]
        parts += [Heading(shared.contact), Text(privacy.contact or shared.not_stated)]
        parts += [Heading(words.verification), *(Text(text) for text in self._verification(language))]
        parts += [
            Heading(words.counts),
            Grid(words.counts_heads, (0.25, 0.13, 0.12, 0.12, 0.19, 0.19), self._counts(language)),
        ]
        parts += [Text(words.counts_text)]
        parts += [Heading(shared.data), *(Text(text) for text in self._categories(language))]
        parts += [Heading(words.left), *(Text(text) for text in self._left(language))]
        parts += [Heading(words.by_whom), Grid(words.by_whom_heads, (0.34, 0.18, 0.3, 0.18), self._by_whom(language))]
        parts += [Heading(words.timeline), Text(words.timeline_text)]
        listed = [act for act in self.acts if act.group in _LISTED]
        parts += [
            Grid(
                words.timeline_heads,
                (0.15, 0.22, 0.25, 0.25, 0.13),
                [self._line(act, language) for act in listed[:ROWS_MAX]],
            )
        ]
        if len(listed) > ROWS_MAX:
            parts += [Text(words.more.format(count=len(listed) - ROWS_MAX))]
        parts += [
            Heading(words.to_add),
            *(Text(f"{question} {shared.to_fill * 2}") for question in words.to_add_questions),
        ]
        return render_letter(Letter(language, words.title, self.now, parts, SUBJECT[language].foot))

    def _about(self, language: Language) -> str:
        words = WORDS[language]
        about = words.about.format(made=_time(self.now), since=_time(self.wanted.since), until=_time(self.wanted.until))
        if self.wanted.agent:
            about += " " + words.of_agent.format(agent=self.wanted.agent)
        if self.wanted.patients:
            told = ", ".join(self.names.get(patient, patient) for patient in self.wanted.patients)
            about += " " + words.of_patients.format(patients=told)
        return about

    def _clock(self, language: Language) -> str:
        words = WORDS[language]
        if self.known_at is None:
            return words.no_clock
        last = deadline(self.known_at)
        hours = (last - self.now).total_seconds() / 3600
        left = words.hours_left if hours >= 0 else words.hours_late
        told = words.clock_text.format(known=_time(self.known_at), hours=HOURS, deadline=_time(last))
        return f"{told} {left.format(hours=f'{abs(hours):.1f}')}"

    def _verification(self, language: Language) -> Iterator[str]:
        words, said = WORDS[language], self.verification
        yield (words.not_whole if said.faults else words.whole).format(size=said.size)
        yield from said.faults
        if said.waiting:
            yield words.waiting.format(count=said.waiting)
        if said.retired:
            yield words.retired.format(count=said.retired)

    def _counts(self, language: Language) -> list[tuple[str, ...]]:
        words = WORDS[language]
        rows = [(words.groups[group], [act for act in self.acts if act.group is group]) for group in Group]
        told = [(name, tally(some)) for name, some in (*rows, (words.all, self.acts))]
        return [
            (name, str(one.acts), str(one.patients), str(one.studies), _short(one.first), _short(one.last))
            for name, one in told
        ]

    def _categories(self, language: Language) -> Iterator[str]:
        words = WORDS[language]
        touched = [act for act in self.acts if act.group in {Group.SEEN, Group.TAKEN}]
        found = {_category(act) for act in touched}
        for category, text in words.categories.items():
            if category in found:
                yield text
        if not found:
            yield words.no_categories

    def _left(self, language: Language) -> Iterator[str]:
        words = WORDS[language]
        taken = [act for act in self.acts if act.group is Group.TAKEN]
        named = sum(act.is_named_export for act in taken)
        yield (words.named_exports if named else words.no_named_exports).format(count=named)
        yield words.other_ways.format(
            exports=sum(act.type == EventType.AUDIT_EXPORTED and not act.is_named_export for act in taken),
            verdicts=sum(act.type == EventType.VERDICTS_EXPORTED for act in taken),
            answers=sum(act.type == EventType.ACCESS_ANSWERED for act in taken),
            deliveries=sum(act.type == EventType.TRANSFER_ENDED for act in taken),
            failed=sum(act.type == EventType.TRANSFER_ENDED and not act.succeeded for act in self.acts),
            places=", ".join(sorted({act.destination for act in taken if act.destination})) or "-",
        )
        lists = [act for act in self.acts if act.type == EventType.STUDIES_QUERIED and act.succeeded]
        if lists:
            yield words.lists.format(count=len(lists), rows=sum(act.count or 0 for act in lists))

    def _by_whom(self, language: Language) -> list[tuple[str, ...]]:
        words = WORDS[language]
        those: dict[tuple[str, str, str], list[Act]] = {}
        for act in self.acts:
            those.setdefault((act.who, act.roles, act.address), []).append(act)
        rows: list[tuple[str, ...]] = []
        for (who, roles, address), some in sorted(those.items()):
            counts = [(group, sum(act.group is group for act in some)) for group in Group]
            told = "; ".join(f"{words.groups[group]}: {count}" for group, count in counts if count)
            span = tally(some)
            rows.append(
                (_who(who, roles, language), address or "-", told, f"{_short(span.first)} / {_short(span.last)}")
            )
        return rows

    def _line(self, act: Act, language: Language) -> tuple[str, ...]:
        words = WORDS[language]
        kind = _KINDS.get(act.type)
        what = ACTS[language][kind] if kind else act.type
        what += f" ({act.kind})" if act.kind else ""
        what += f" > {act.destination}" if act.destination else ""
        who = _who(act.who, act.roles, language) + (f", {act.address}" if act.address else "")
        patient = self.names.get(act.patient, act.patient) or (words.everybody if act.of_everybody else "-")
        return _short(act.at), what, who, patient, words.groups[act.group]


def _category(act: Act) -> str:
    if act.type == EventType.STUDY_SHOWN:
        return _SHOWN.get(act.kind, "results")
    return "log-named" if act.is_named_export else _OTHERS[act.type]


def _who(who: str, roles: str, language: Language) -> str:
    known = SUBJECT[language].roles
    told = ", ".join(known.get(role, role) for role in roles.split(", ")) if roles else ""
    return f"{who} ({told})" if told else who


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _short(text: str) -> str:
    return text[:19].replace("T", " ")
