"""The words of a report's page, in English and Polish: those of the web client, wherever it has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from integrations.report_words import SUPPORT
from integrations.verdict import ReportStatus
from models.assessment import Call
from models.labels import Label

Language = Literal["en", "pl"]


@dataclass(frozen=True, slots=True)
class Words:
    """All words of one language; braces hold what is filled in. ``own`` are a physician's answers."""

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
    called: str
    none_called: str
    indeterminate: str
    not_assessed: str
    not_assessed_means: str
    uncertain: str
    agreed: str
    disagreed: str
    unsure: str
    without_verdict: str
    by_nobody: str
    nothing_stated: str
    number: str
    said: str
    otherwise: str
    head: tuple[str, str, str, str, str]
    call: Mapping[Call, str]
    own: Mapping[Call, str]
    label: Mapping[Label, str]
    evidence: str
    plain: str
    not_to_read: str
    own_words: str
    opinion_words: str
    cut: str
    support: str
    decision: str
    model: str
    more_models: str
    issued: str
    page: str
    decimal_point: str
    uses: Mapping[str, str]


_EN = Words(
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
    called="Called present: {names}.",
    none_called="No label was called. That is no proof of a healthy chest.",
    indeterminate="Indeterminate, the AI cannot tell: {names}.",
    not_assessed="Not assessed by this model: {names}.",
    not_assessed_means="Of these the model says nothing at all. That is no absence.",
    uncertain="Each probability is the model's estimate, and every answer of it may be wrong.",
    agreed="Agreed with the AI: {names}.",
    disagreed="Disagreed with the AI: {names}.",
    unsure="Unsure: {names}.",
    without_verdict="Without a physician's verdict: {names}.",
    by_nobody="Assessed by nobody: {names}.",
    nothing_stated="nothing to say of a single label",
    number="probability {value}",
    said="{label} (AI: {machine})",
    otherwise="{label} is {answer} (AI: {machine})",
    head=("Finding", "AI", "Physician", "Probability", "Threshold"),
    call={call: call.value for call in Call},
    own={
        Call.PRESENT: "present",
        Call.INDETERMINATE: "unsure",
        Call.ABSENT: "absent",
        Call.NOT_ASSESSED: "not assessed",
    },
    label={label: label.value for label in Label},
    evidence="{label}: what raised the score; no outline of disease.",
    plain="Radiograph without evidence.",
    not_to_read="Too small to read from: look at the radiograph itself.",
    own_words="In the words of the physician",
    opinion_words="In the words of the second opinion",
    cut="… (whole text in the report)",
    support=SUPPORT,
    decision="The decision is the physician's.",
    model="Model: {name} {version}, manifest SHA-256 {digest}",
    more_models="Further models: {count} (in the report)",
    issued="Revision {revision}, issued {when}",
    page="Page 1 of 1",
    decimal_point=".",
    uses={},
)

_PL = Words(
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
    called="Stwierdzono: {names}.",
    none_called="Model niczego nie stwierdził. To nie dowód, że klatka piersiowa jest zdrowa.",
    indeterminate="Nierozstrzygnięte, AI nie potrafi odpowiedzieć: {names}.",
    not_assessed="Nie oceniano: {names}.",
    not_assessed_means="O nich model nie mówi nic. To nie znaczy, że ich nie ma.",
    uncertain="Każde prawdopodobieństwo jest oszacowaniem modelu i każda jego odpowiedź może być błędna.",
    agreed="Lekarz ocenia tak jak AI: {names}.",
    disagreed="Lekarz ocenia inaczej niż AI: {names}.",
    unsure="Lekarz nie wie: {names}.",
    without_verdict="Bez oceny lekarza: {names}.",
    by_nobody="Przez nikogo nieocenione: {names}.",
    nothing_stated="o żadnej zmianie nie ma mowy",
    number="prawdopodobieństwo {value}",
    said="{label} (AI: {machine})",
    otherwise="{label}: {answer} (AI: {machine})",
    head=("Wynik", "AI", "Lekarz", "Prawdop.", "Próg"),
    call={
        Call.PRESENT: "stwierdzono",
        Call.INDETERMINATE: "nierozstrzygnięte",
        Call.ABSENT: "nie stwierdzono",
        Call.NOT_ASSESSED: "nie oceniano",
    },
    own={
        Call.PRESENT: "jest",
        Call.INDETERMINATE: "nie wiem",
        Call.ABSENT: "nie ma",
        Call.NOT_ASSESSED: "nie oceniano",
    },
    label={
        Label.NO_FINDING: "Bez zmian",
        Label.ENLARGED_CARDIOMEDIASTINUM: "Poszerzenie śródpiersia",
        Label.CARDIOMEGALY: "Kardiomegalia",
        Label.LUNG_OPACITY: "Zacienienie płuca",
        Label.LUNG_LESION: "Zmiana ogniskowa płuca",
        Label.EDEMA: "Obrzęk płuc",
        Label.CONSOLIDATION: "Konsolidacja",
        Label.PNEUMONIA: "Zapalenie płuc",
        Label.ATELECTASIS: "Niedodma",
        Label.PNEUMOTHORAX: "Odma opłucnowa",
        Label.PLEURAL_EFFUSION: "Płyn w opłucnej",
        Label.PLEURAL_OTHER: "Inna zmiana opłucnej",
        Label.FRACTURE: "Złamanie",
        Label.SUPPORT_DEVICES: "Urządzenia medyczne",
    },
    evidence="{label}: co podniosło wynik; to nie jest obrys zmiany.",
    plain="Radiogram bez przesłanek.",
    not_to_read="Za mały, by go opisywać: zobacz sam radiogram.",
    own_words="Słowami lekarza",
    opinion_words="Słowami drugiej opinii",
    cut="… (cały tekst w raporcie)",
    support="Diafan wspiera lekarza i nigdy go nie zastępuje.",
    decision="Decyzja należy do lekarza.",
    model="Model: {name} {version}, SHA-256 manifestu {digest}",
    more_models="Dalsze modele: {count} (w raporcie)",
    issued="Wersja {revision}, wydano {when}",
    page="Strona 1 z 1",
    decimal_point=",",
    uses={"research use, not for diagnosis": "Do badań naukowych, nie do diagnostyki"},
)

WORDS: Final[Mapping[Language, Words]] = MappingProxyType({"en": _EN, "pl": _PL})
