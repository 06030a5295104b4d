"""Words that several documents of the GDPR share, beside those of `service.gdpr.subject_words`, in English and Polish."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import WORDS as REPORT
from integrations.words import Language
from service.gdpr.facts import Gets, Ground, Kind, Recipient
from service.gdpr.subject_words import WORDS as SUBJECT
from service.gdpr.subject_words import articles
from service.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWords:
    """The words of one language; braces hold what is filled in."""

    controller: str
    contact: str
    not_stated: str
    made: str
    grounds: str
    grounds_heads: tuple[str, str, str]
    default: str
    all_senders: str
    from_request: str
    recipients_heads: tuple[str, str, str, str]
    kinds: Mapping[Kind, str]
    gets: Mapping[Gets, str]
    here: str
    clear: str
    in_place: str
    not_in_place: str
    measures_heads: tuple[str, str]
    persons: str
    persons_text: str
    data: str
    data_staff: str
    third: str
    third_text: str
    to_fill: str
    model: str
    model_text: str
    model_by_rule: str


WORDS: Mapping[Language, SharedWords] = {
    "en": SharedWords(
        controller="Controller",
        contact="Data protection officer",
        not_stated="not stated in the settings (privacy): ______________________________",
        made="Made by Diafan {version} on {date} (UTC) from the settings of this installation. What they do not say is left to be filled in.",
        grounds="Purposes and legal bases",
        grounds_heads=("Purpose", "Legal basis", "Whose images, or who"),
        default="all that states no other purpose",
        all_senders="images from {senders}",
        from_request="who states this purpose",
        recipients_heads=("Name", "Kind", "Where", "What it gets"),
        kinds={"folder": "folder", "pacs": "PACS (DICOM)", "ehr": "health record (FHIR)", "dicomweb": "archive (DICOMweb)", "audit-repository": "audit repository (syslog)", "file-witness": "witness (file)", "syslog-witness": "witness (syslog)", "mail-witness": "witness (mail)", "log-witness": "witness (transparency log)", "openid-provider": "OpenID provider"},
        gets={"results-reports": "results and reports, with the patient's name and identifiers", "images-results": "results, and images that were uploaded, with the patient's name and identifiers", "reports": "reports, with the patient's identifiers", "entries": "entries of the log: staff by their id, patients by pseudonym", "entries-named": "entries of the log: staff by their id, patients by Patient ID", "checkpoints": "checkpoints of the log: sizes and hashes, no personal data", "sign-in": "that a member of staff or a system signs in; no data of patients"},
        here="this machine: {path}",
        clear="{host} (in clear, without TLS)",
        in_place="In place",
        not_in_place="Off, not in place, or not known",
        measures_heads=("Measure", "As set"),
        persons="Whose data",
        persons_text="Patients with a chest X-ray; physicians and other staff who use the program; people whose names senders put into headers.",
        data="Categories of data",
        data_staff="Of staff: their id at the provider or on this machine, roles, network addresses, and what they did when.",
        third="Third countries",
        third_text="Data go to the recipients above and nowhere else. In which countries these are the settings do not say: ______________________________",
        to_fill="______________________________",
        model="The model in use",
        model_text="{name} {version}, SHA-256 of its manifest {digest}. Intended use: {use}.",
        model_by_rule="Rules of the site also choose: {models}.",
    ),
    "pl": SharedWords(
        controller="Administrator danych",
        contact="Inspektor ochrony danych",
        not_stated="nie podano w ustawieniach (privacy): ______________________________",
        made="Sporządził Diafan {version} dnia {date} (UTC) z ustawień tej instalacji. Czego nie mówią, zostawiono do uzupełnienia.",
        grounds="Cele i podstawy prawne",
        grounds_heads=("Cel", "Podstawa prawna", "Czyje obrazy lub kto"),
        default="wszystko, co nie podaje innego celu",
        all_senders="obrazy od {senders}",
        from_request="kto poda ten cel",
        recipients_heads=("Nazwa", "Rodzaj", "Gdzie", "Co otrzymuje"),
        kinds={"folder": "folder", "pacs": "PACS (DICOM)", "ehr": "elektroniczna dokumentacja (FHIR)", "dicomweb": "archiwum (DICOMweb)", "audit-repository": "repozytorium audytu (syslog)", "file-witness": "świadek (plik)", "syslog-witness": "świadek (syslog)", "mail-witness": "świadek (poczta)", "log-witness": "świadek (dziennik przejrzystości)", "openid-provider": "dostawca OpenID"},
        gets={"results-reports": "wyniki i raporty, z nazwiskiem i identyfikatorami pacjenta", "images-results": "wyniki oraz obrazy wysłane przez API, z nazwiskiem i identyfikatorami pacjenta", "reports": "raporty, z identyfikatorami pacjenta", "entries": "wpisy dziennika: pracownicy pod identyfikatorem, pacjenci pod pseudonimem", "entries-named": "wpisy dziennika: pracownicy pod identyfikatorem, pacjenci pod identyfikatorem pacjenta", "checkpoints": "punkty kontrolne dziennika: rozmiary i skróty, żadnych danych osobowych", "sign-in": "to, że loguje się pracownik lub system; żadnych danych pacjentów"},
        here="ten komputer: {path}",
        clear="{host} (otwartym tekstem, bez TLS)",
        in_place="Zastosowane",
        not_in_place="Wyłączone, niezastosowane albo nieznane",
        measures_heads=("Środek", "Jak ustawiono"),
        persons="Czyje dane",
        persons_text="Pacjenci ze zdjęciem klatki piersiowej; lekarze i inni pracownicy, którzy używają programu; osoby, których nazwiska nadawcy wpisują do nagłówków.",
        data="Kategorie danych",
        data_staff="Pracowników: identyfikator u dostawcy lub na tym komputerze, role, adresy sieciowe oraz co i kiedy zrobili.",
        third="Państwa trzecie",
        third_text="Dane trafiają do odbiorców powyżej i nigdzie indziej. W jakich są państwach, ustawienia nie mówią: ______________________________",
        to_fill="______________________________",
        model="Model w użyciu",
        model_text="{name} {version}, SHA-256 manifestu {digest}. Przeznaczenie: {use}.",
        model_by_rule="Reguły placówki wybierają też: {models}.",
    ),
}  # fmt: skip


def use_of(settings: Settings, language: Language) -> str:
    """Return the intended use, as a report in that language says it."""
    use = settings.intended_use
    return REPORT[language].uses.get(use.casefold().rstrip("."), use).rstrip(".")


def ground_row(ground: Ground, language: Language) -> tuple[str, str, str]:
    """Return a purpose, its legal basis, and for whom it is."""
    words = WORDS[language]
    name = SUBJECT[language].purposes.get(ground.purpose, "")
    whose = [words.default] if ground.is_default else []
    whose += [words.all_senders.format(senders=", ".join(ground.senders))] if ground.senders else []
    purpose = f"{name} ({ground.purpose})" if name else ground.purpose
    return purpose, articles(ground.legal_basis), "; ".join(whose) or words.from_request


def recipient_row(recipient: Recipient, language: Language) -> tuple[str, str, str, str]:
    """Return a recipient's name, kind, place, and what it gets."""
    words = WORDS[language]
    place = words.here.format(path=recipient.host) if recipient.is_local else recipient.host
    place = words.clear.format(host=place) if recipient.is_clear else place
    return recipient.name, words.kinds[recipient.kind], place, words.gets[recipient.gets]
