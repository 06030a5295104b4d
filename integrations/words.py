"""The words that a report says in every form, in English and Polish: to an EHR as resources, to people as a page.

What a label and an answer are called stands here once for each language. The Polish is that of the web client, wherever it has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from integrations.original_attributes import Attribute
from models.assessment import Call
from models.labels import Label

Language = Literal["en", "pl"]

SUPPORT = "It supports a physician and never replaces one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language; braces hold what is filled in.

    ``signed`` goes by the status of a report, ``verdicts`` and ``notes`` by what a physician thinks of the machine's answer,
    ``uses`` by an intended use in lower case, each as it is spelt in English.
    """

    label: Mapping[Label, str]
    only_ours: str
    call: Mapping[Call, str]
    verdicts: Mapping[str, str]
    number: str
    decimal_point: str
    preliminary_result: str
    called: str
    none_called: str
    indeterminate: str
    not_assessed: str
    signed: Mapping[str, str]
    agreed: str
    disagreed: str
    unsure: str
    without_verdict: str
    by_nobody: str
    said: str
    otherwise: str
    second_opinion: str
    opinion_said: str
    nothing_stated: str
    own_words: str
    of_second_opinion: str
    not_reviewed: str
    no_verdict: str
    notes: Mapping[str, str]
    method: str
    withdrawn: str
    support: str
    model: str
    uses: Mapping[str, str]
    corrected: str
    attribute: Mapping[Attribute, str]


EN: Final = Words(
    label={label: label.value for label in Label},
    only_ours="{label} (a code of Diafan; no standard code is known to fit)",
    call={call: call.value for call in Call},
    verdicts={"agree": "agree", "disagree": "disagree", "unsure": "unsure"},
    number="probability {value}",
    decimal_point=".",
    preliminary_result="Preliminary AI result, revision {revision}, not reviewed by a physician.",
    called="Called present: {names}.",
    none_called="No label was called. That is no proof of a healthy chest.",
    indeterminate="Indeterminate, the AI cannot tell: {names}.",
    not_assessed="Not assessed by this model: {names}.",
    signed={
        "final": "Final report, revision {revision}, signed by a physician.",
        "amended": "Amended report, revision {revision}, signed by a physician.",
        "appended": "Appended report, revision {revision}, signed by a physician.",
        "entered-in-error": "Withdrawn report, revision {revision}.",
    },
    agreed="Agreed with the AI: {names}.",
    disagreed="Disagreed with the AI: {names}.",
    unsure="Unsure: {names}.",
    without_verdict="Without a physician's verdict: {names}.",
    by_nobody="Assessed by nobody: {names}.",
    said="{label} (AI: {machine})",
    otherwise="{label} is {answer} (AI: {machine})",
    second_opinion="Second opinion on revision {revision}: {said}.",
    opinion_said="{label} is {answer} ({verdict})",
    nothing_stated="nothing to say of a single label",
    own_words="In the words of the physician",
    of_second_opinion="(second opinion)",
    not_reviewed="AI output, not reviewed by a physician.",
    no_verdict="AI output. The physician who signed the report gave no verdict on it.",
    notes={
        "agree": "AI output, confirmed by the physician who signed the report.",
        "disagree": "The physician's answer. The AI had said otherwise: {machine}.",
        "unsure": "The physician looked, and cannot tell. The AI had said: {machine}.",
    },
    method="Image classification by {name} {version}",
    withdrawn="Withdrawn by a person: this result of Diafan must not be used.",
    support=SUPPORT,
    model="Model: {name} {version}, manifest SHA-256 {digest}",
    uses={},
    corrected="Corrected in patient and study data, last on {day}: {names}.",
    attribute={
        Attribute.NAME: "name",
        Attribute.BIRTH_DATE: "birth date",
        Attribute.SEX: "sex",
        Attribute.PATIENT_ID: "Patient ID",
        Attribute.ISSUER: "issuer of the Patient ID",
        Attribute.ACCESSION: "accession number",
    },
)

PL: Final = Words(
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
    only_ours="{label} (kod Diafan; nie jest znany kod standardowy, który by pasował)",
    call={
        Call.PRESENT: "stwierdzono",
        Call.INDETERMINATE: "nierozstrzygnięte",
        Call.ABSENT: "nie stwierdzono",
        Call.NOT_ASSESSED: "nie oceniano",
    },
    verdicts={"agree": "tak jak AI", "disagree": "inaczej niż AI", "unsure": "nie wiadomo"},
    number="prawdopodobieństwo {value}",
    decimal_point=",",
    preliminary_result="Wstępny wynik AI, wersja {revision}, bez oceny lekarza.",
    called="Stwierdzono: {names}.",
    none_called="Model niczego nie stwierdził. To nie dowód, że klatka piersiowa jest zdrowa.",
    indeterminate="Nierozstrzygnięte, AI nie potrafi odpowiedzieć: {names}.",
    not_assessed="Nie oceniano: {names}.",
    signed={
        "final": "Raport ostateczny, wersja {revision}, podpisany przez lekarza.",
        "amended": "Raport zmieniony, wersja {revision}, podpisany przez lekarza.",
        "appended": "Raport uzupełniony, wersja {revision}, podpisany przez lekarza.",
        "entered-in-error": "Raport wycofany, wersja {revision}.",
    },
    agreed="Lekarz ocenia tak jak AI: {names}.",
    disagreed="Lekarz ocenia inaczej niż AI: {names}.",
    unsure="Lekarz nie wie: {names}.",
    without_verdict="Bez oceny lekarza: {names}.",
    by_nobody="Przez nikogo nieocenione: {names}.",
    said="{label} (AI: {machine})",
    otherwise="{label}: {answer} (AI: {machine})",
    second_opinion="Druga opinia do wersji {revision}: {said}.",
    opinion_said="{label}: {answer} ({verdict})",
    nothing_stated="o żadnej zmianie nie ma mowy",
    own_words="Słowami lekarza",
    of_second_opinion="(druga opinia)",
    not_reviewed="Wynik AI, bez oceny lekarza.",
    no_verdict="Wynik AI. Lekarz, który podpisał raport, nie ocenił go.",
    notes={
        "agree": "Wynik AI, potwierdzony przez lekarza, który podpisał raport.",
        "disagree": "Odpowiedź lekarza. Odpowiedź AI była inna: {machine}.",
        "unsure": "Lekarz obejrzał obraz i nie rozstrzyga. Odpowiedź AI: {machine}.",
    },
    method="Klasyfikacja obrazu: {name} {version}",
    withdrawn="Wycofane przez człowieka: tego wyniku Diafan nie wolno używać.",
    support="Diafan wspiera lekarza i nigdy go nie zastępuje.",
    model="Model: {name} {version}, SHA-256 manifestu {digest}",
    uses={"research use, not for diagnosis": "Do badań naukowych, nie do diagnostyki"},
    corrected="Sprostowano w danych pacjenta i badania, ostatnio {day}: {names}.",
    attribute={
        Attribute.NAME: "imię i nazwisko",
        Attribute.BIRTH_DATE: "data urodzenia",
        Attribute.SEX: "płeć",
        Attribute.PATIENT_ID: "ID pacjenta",
        Attribute.ISSUER: "wystawca ID pacjenta",
        Attribute.ACCESSION: "numer zlecenia",
    },
)

WORDS: Final[Mapping[Language, Words]] = MappingProxyType({"en": EN, "pl": PL})
