"""The words of a report's page beside those that a report says in every form (`integrations.words`), in English and Polish."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from integrations import words
from integrations.verdict import ReportStatus
from integrations.words import Language, Words
from models.assessment import Call

__all__ = ["WORDS", "Language", "PageWords"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords(Words):
    """All words of one language that a page needs; braces hold what is filled in. ``own`` are a physician's answers."""

    title: str
    preliminary: str
    status: Mapping[ReportStatus, str]
    opinion: str
    more_opinions: str
    somebody: str
    patient: str
    name: str
    patient_id: str
    birth_date: str
    sex: str
    sexes: Mapping[str, str]
    study: str
    study_date: str
    description: str
    accession: str
    not_given: str
    name_not_drawn: str
    conclusion: str
    not_assessed_means: str
    uncertain: str
    head: tuple[str, str, str, str, str]
    own: Mapping[Call, str]
    evidence: str
    plain: str
    not_to_read: str
    not_kept: str
    opinion_words: str
    cut: str
    decision: str
    more_models: str
    issued: str
    page: str


def _shared(spoken: Words) -> dict[str, Any]:
    return {field.name: getattr(spoken, field.name) for field in fields(spoken)}


_EN = PageWords(
    **_shared(words.EN),
    title="Chest radiograph: AI result",
    preliminary="Preliminary AI result, not reviewed by a physician",
    status={
        ReportStatus.PRELIMINARY: "Preliminary, not signed",
        ReportStatus.FINAL: "Signed by {who}, {when}",
        ReportStatus.AMENDED: "Amended and signed by {who}, {when}",
        ReportStatus.APPENDED: "Signed by {who}, {when}; added to",
        ReportStatus.ENTERED_IN_ERROR: "Withdrawn: do not use these results",
    },
    opinion="Second opinion of {who}, {when}",
    more_opinions="Further second opinions: {count} (in the report)",
    somebody="a physician",
    patient="Patient",
    name="Name",
    patient_id="Patient ID",
    birth_date="Birth date",
    sex="Sex",
    sexes={"F": "female", "M": "male", "O": "other sex"},
    study="Study",
    study_date="Date",
    description="Description",
    accession="Accession",
    not_given="not given",
    name_not_drawn="in letters that cannot be printed here: see the Patient ID",
    conclusion="Conclusion",
    not_assessed_means="Of these the model says nothing at all. That is no absence.",
    uncertain="Each probability is the model's estimate, and every answer of it may be wrong.",
    head=("Finding", "AI", "Physician", "Probability", "Threshold"),
    own={
        Call.PRESENT: "present",
        Call.INDETERMINATE: "unsure",
        Call.ABSENT: "absent",
        Call.NOT_ASSESSED: "not assessed",
    },
    evidence="{label}: what raised the score; no outline of disease.",
    plain="Radiograph without evidence.",
    not_to_read="Too small to read from: look at the radiograph itself.",
    not_kept="Without a picture: the radiograph is no longer kept here since {day}. Look at it in the archive.",
    opinion_words="In the words of the second opinion",
    cut="… (whole text in the report)",
    decision="The decision is the physician's.",
    more_models="Further models: {count} (in the report)",
    issued="Revision {revision}, issued {when}",
    page="Page 1 of 1",
)

_PL = PageWords(
    **_shared(words.PL),
    title="Radiogram klatki piersiowej: wynik AI",
    preliminary="Wstępny wynik AI, bez oceny lekarza",
    status={
        ReportStatus.PRELIMINARY: "Wstępne, bez podpisu",
        ReportStatus.FINAL: "Podpis: {who}, {when}",
        ReportStatus.AMENDED: "Zmiana i podpis: {who}, {when}",
        ReportStatus.APPENDED: "Podpis: {who}, {when}; uzupełnione",
        ReportStatus.ENTERED_IN_ERROR: "Wycofane: tych wyników nie wolno używać",
    },
    opinion="Druga opinia: {who}, {when}",
    more_opinions="Dalsze drugie opinie: {count} (w raporcie)",
    somebody="lekarz",
    patient="Pacjent",
    name="Nazwisko i imię",
    patient_id="ID pacjenta",
    birth_date="Data urodzenia",
    sex="Płeć",
    sexes={"F": "kobieta", "M": "mężczyzna", "O": "inna płeć"},
    study="Badanie",
    study_date="Data",
    description="Opis",
    accession="Nr zlecenia",
    not_given="nie podano",
    name_not_drawn="w piśmie, którego nie można tu wydrukować: zob. ID pacjenta",
    conclusion="Wnioski",
    not_assessed_means="O nich model nie mówi nic. To nie znaczy, że ich nie ma.",
    uncertain="Każde prawdopodobieństwo jest oszacowaniem modelu i każda jego odpowiedź może być błędna.",
    head=("Wynik", "AI", "Lekarz", "Prawdop.", "Próg"),
    own={
        Call.PRESENT: "jest",
        Call.INDETERMINATE: "nie wiem",
        Call.ABSENT: "nie ma",
        Call.NOT_ASSESSED: "nie oceniano",
    },
    evidence="{label}: co podniosło wynik; to nie jest obrys zmiany.",
    plain="Radiogram bez przesłanek.",
    not_to_read="Za mały, by go opisywać: zobacz sam radiogram.",
    not_kept="Bez obrazu: od {day} radiogram nie jest tu już przechowywany. Zobacz go w archiwum.",
    opinion_words="Słowami drugiej opinii",
    cut="… (cały tekst w raporcie)",
    decision="Decyzja należy do lekarza.",
    more_models="Dalsze modele: {count} (w raporcie)",
    issued="Wersja {revision}, wydano {when}",
    page="Strona 1 z 1",
)

WORDS: Final[Mapping[Language, PageWords]] = MappingProxyType({"en": _EN, "pl": _PL})
