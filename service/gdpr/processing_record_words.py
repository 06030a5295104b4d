"""What the record of processing activities (GDPR Art. 30) says beside shared words, in English and Polish."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWords:
    """The words of one language; braces hold what is filled in."""

    title: str
    activity: str
    activity_text: str
    others: str
    others_text: str
    health_text: str
    recipients: str
    recipients_text: str
    limits: str
    limits_text: str
    security: str


WORDS: Mapping[Language, RecordWords] = {
    "en": RecordWords(
        title="Record of processing activities (GDPR Art. 30)",
        activity="Activity",
        activity_text="Chest X-rays are analysed by a computer program, Diafan, which supports the physician who reports on them and never replaces one. Intended use: {use}.",
        others="Joint controller, representative (Art. 27), processors",
        others_text="Where there are any: ____________________________________________________________",
        health_text="These are data concerning health (Art. 9).",
        recipients="Recipients",
        recipients_text="All that the settings name. Staff of the hospital see a study by their role.",
        limits="Time limits",
        limits_text="What belongs to the medical record: {years} years, as patients are told. Entries of the log: {log_years} years at least. {periods} Nothing else goes by itself for its age: a person erases, and retires entries.",
        security="Security measures (Art. 32), as set now",
    ),
    "pl": RecordWords(
        title="Rejestr czynności przetwarzania (art. 30 RODO)",
        activity="Czynność",
        activity_text="Zdjęcia klatki piersiowej analizuje program komputerowy Diafan, który wspiera lekarza opisującego badanie i nigdy go nie zastępuje. Przeznaczenie: {use}.",
        others="Współadministrator, przedstawiciel (art. 27), podmioty przetwarzające",
        others_text="Jeżeli są: ____________________________________________________________",
        health_text="Są to dane dotyczące zdrowia (art. 9).",
        recipients="Odbiorcy",
        recipients_text="Wszyscy, których wymieniają ustawienia. Pracownicy szpitala widzą badanie zgodnie ze swoją rolą.",
        limits="Terminy usunięcia",
        limits_text="To, co należy do dokumentacji medycznej: {years} lat, jak mówi się pacjentom. Wpisy dziennika: co najmniej {log_years} lat. {periods} Nic innego nie znika samo z powodu wieku: usuwa i wycofuje wpisy człowiek.",
        security="Środki bezpieczeństwa (art. 32), jak są ustawione teraz",
    ),
}  # fmt: skip
