"""What patients are told (GDPR Art. 12 to 15, EHDS Art. 9), in English and Polish: in the answer to a request, and shared by other documents."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language
from service.gdpr.restriction_record import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectWords:
    """The words of one language; braces hold what is filled in."""

    title: str
    about: str
    nobody_named: str
    why: str
    why_text: str
    which: str
    which_text: str
    whom: str
    whom_text: str
    whom_none: str
    whence: str
    whence_text: str
    how_long: str
    how_long_text: str
    decision: str
    decision_text: str
    rights: str
    rights_text: str
    restricted: str
    restricted_text: str
    grounds: Mapping[Ground, str]
    studies: str
    studies_heads: tuple[str, str, str, str]
    none: str
    gone_text: str
    acts: str
    acts_text: str
    acts_heads: tuple[str, str, str, str, str]
    person: str
    system: str
    refused: str
    contents: str
    contents_text: str
    foot: str
    roles: Mapping[str, str]
    purposes: Mapping[str, str]


WORDS: Mapping[Language, SubjectWords] = {
    "en": SubjectWords(
        title="What was done with your chest X-rays here",
        about="This answers your request for access to your personal data (GDPR Art. 15). It was made on {date} for the patient with the identifier {patient}. Responsible for the data: {controller}. Data protection officer: {contact}.",
        nobody_named="not stated in the settings of this installation",
        why="Why",
        why_text="Chest X-rays are looked at by a computer program, Diafan, which supports the physician who reports on them. Purposes, as each entry below names them: {purposes}. Legal basis: {bases}.",
        which="Which data",
        which_text="The X-ray images with what their headers say (name, birth date, sex, identifiers, dates, description of the study, who referred you), the program's findings with heatmaps, reports, a physician's verdicts, and the log of what was done.",
        whom="Who receives them",
        whom_text="Results go to: {recipients}. This program sends them nowhere else.",
        whom_none="nobody outside of this installation",
        whence="Where they come from",
        whence_text="From the hospital's image archive or from a person of the hospital who sent the images: {sources}.",
        how_long="How long they are kept",
        how_long_text="What belongs to the medical record: {years} years. {periods} Entries of the log name you by a pseudonym only, which can be taken apart from you.",
        decision="Who decides",
        decision_text="No decision about you is made by the program alone (Art. 22). It supports a physician and never replaces one: the decision, and the responsibility, stay with a person. It compares patterns of the image with those of earlier images; a probability says how often it was right with such patterns when it was tested.",
        rights="Your rights",
        rights_text="You may ask for correction (Art. 16), erasure (Art. 17) and restriction (Art. 18), as far as the duty to keep medical records allows, object (Art. 21), and complain to a supervisory authority (Art. 77).",
        restricted="Processing of your data is restricted",
        restricted_text="Since {since} UTC, because {ground} (GDPR Art. 18). Your data are stored and not analysed, shown or sent here, until the restriction is lifted or the data are erased. You will be told before it is lifted.",
        grounds={
            Ground.ACCURACY_CONTESTED: "you contest that the data are accurate, and this is being verified",
            Ground.UNLAWFUL_PROCESSING: "the processing is unlawful and you asked for restriction in place of erasure",
            Ground.LEGAL_CLAIMS: "you need the data for legal claims",
            Ground.OBJECTION: "you objected to the processing (Art. 21), and it is being verified whose grounds weigh more",
        },
        studies="Your studies",
        studies_heads=("Study", "Date", "Description", "Images, results, reports"),
        none="none is held any more",
        gone_text="No longer kept here, for the time was over: {what}. What the headers of the images say is in this package; the images are in the hospital's archive.",
        acts="What was done, when, why, and by whom",
        acts_text="Times are in UTC. People are named by their role; names of staff are given where your own rights need them.",
        acts_heads=("When", "What", "By whom", "For", "Outcome"),
        person="a person without a role",
        system="program {name}",
        refused="refused or failed",
        contents="What is in this package",
        contents_text="answer-en.pdf and answer-pl.pdf: this letter. log.json: every act as a FHIR AuditEvent. A folder a study: images/ as the hospital sent them, headers/ what is kept of those that are gone, results/ with heatmaps and structured reports (DICOM), reports/ as FHIR documents.",
        foot="Diafan supports a physician and never replaces one.",
        roles={"physician": "physician", "officer": "compliance officer", "administrator": "administrator", "data-scientist": "data scientist"},
        purposes={"TREAT": "treatment", "ETREAT": "emergency treatment", "HRESCH": "research", "HOPERAT": "operation of the hospital", "HCOMPL": "compliance", "HSYSADMIN": "administration of the system", "HLEGAL": "legal"},
    ),
    "pl": SubjectWords(
        title="Co działo się tutaj z Twoimi zdjęciami klatki piersiowej",
        about="To odpowiedź na żądanie dostępu do danych osobowych (art. 15 RODO). Sporządzono ją {date} dla pacjenta o identyfikatorze {patient}. Administrator danych: {controller}. Inspektor ochrony danych: {contact}.",
        nobody_named="nie podano w ustawieniach tej instalacji",
        why="Po co",
        why_text="Zdjęcia klatki piersiowej ogląda program komputerowy Diafan, który wspiera lekarza opisującego badanie. Cele, tak jak nazywa je każdy wpis poniżej: {purposes}. Podstawa prawna: {bases}.",
        which="Jakie dane",
        which_text="Zdjęcia rentgenowskie wraz z tym, co mówią ich nagłówki (nazwisko, data urodzenia, płeć, identyfikatory, daty, opis badania, lekarz kierujący), wyniki programu z mapami ciepła, raporty, oceny lekarza oraz dziennik tego, co zrobiono.",
        whom="Kto je otrzymuje",
        whom_text="Wyniki trafiają do: {recipients}. Program nie wysyła ich nigdzie indziej.",
        whom_none="nikogo spoza tej instalacji",
        whence="Skąd pochodzą",
        whence_text="Z archiwum obrazów szpitala albo od osoby ze szpitala, która wysłała zdjęcia: {sources}.",
        how_long="Jak długo są przechowywane",
        how_long_text="To, co należy do dokumentacji medycznej: {years} lat. {periods} Wpisy dziennika nazywają Cię tylko pseudonimem, który można od Ciebie odłączyć.",
        decision="Kto decyduje",
        decision_text="Program nie podejmuje sam żadnej decyzji o Tobie (art. 22). Wspiera lekarza i nigdy go nie zastępuje: decyzja i odpowiedzialność należą do człowieka. Porównuje wzory na zdjęciu ze wzorami z wcześniejszych zdjęć; prawdopodobieństwo mówi, jak często miał rację przy takich wzorach, gdy go sprawdzano.",
        rights="Twoje prawa",
        rights_text="Możesz żądać sprostowania (art. 16), usunięcia (art. 17) i ograniczenia przetwarzania (art. 18), o ile pozwala na to obowiązek przechowywania dokumentacji medycznej, wnieść sprzeciw (art. 21) oraz skargę do organu nadzorczego (art. 77).",
        restricted="Przetwarzanie Twoich danych jest ograniczone",
        restricted_text="Od {since} UTC, ponieważ {ground} (art. 18 RODO). Dane są tutaj tylko przechowywane: nie są analizowane, pokazywane ani wysyłane, aż do uchylenia ograniczenia albo usunięcia danych. Przed uchyleniem zostaniesz o nim poinformowany lub poinformowana.",
        grounds={
            Ground.ACCURACY_CONTESTED: "kwestionujesz prawidłowość danych i trwa jej sprawdzanie",
            Ground.UNLAWFUL_PROCESSING: "przetwarzanie jest niezgodne z prawem, a zamiast usunięcia danych zażądano ograniczenia",
            Ground.LEGAL_CLAIMS: "dane są Ci potrzebne do ustalenia, dochodzenia lub obrony roszczeń",
            Ground.OBJECTION: "wniesiono sprzeciw wobec przetwarzania (art. 21) i trwa sprawdzanie, czyje podstawy są nadrzędne",
        },
        studies="Twoje badania",
        studies_heads=("Badanie", "Data", "Opis", "Zdjęcia, wyniki, raporty"),
        none="nie są już przechowywane",
        gone_text="Nie są tu już przechowywane, bo minął ich czas: {what}. To, co mówią nagłówki zdjęć, jest w tej paczce; same zdjęcia są w archiwum szpitala.",
        acts="Co zrobiono, kiedy, po co i kto",
        acts_text="Czasy podano w UTC. Osoby nazwano rolą; nazwiska pracowników podaje się tam, gdzie wymagają tego Twoje prawa.",
        acts_heads=("Kiedy", "Co", "Kto", "Cel", "Wynik"),
        person="osoba bez roli",
        system="program {name}",
        refused="odmowa lub błąd",
        contents="Co jest w tej paczce",
        contents_text="answer-en.pdf i answer-pl.pdf: ten list. log.json: każda czynność jako FHIR AuditEvent. Folder na badanie: images/ tak, jak wysłał je szpital, headers/ co zostało z tych, których już nie ma, results/ z mapami ciepła i raportami strukturalnymi (DICOM), reports/ jako dokumenty FHIR.",
        foot="Diafan wspiera lekarza i nigdy go nie zastępuje.",
        roles={"physician": "lekarz", "officer": "inspektor", "administrator": "administrator", "data-scientist": "analityk danych"},
        purposes={"TREAT": "leczenie", "ETREAT": "leczenie w trybie nagłym", "HRESCH": "badania naukowe", "HOPERAT": "działanie szpitala", "HCOMPL": "zgodność z prawem", "HSYSADMIN": "administracja systemem", "HLEGAL": "cele prawne"},
    ),
}  # fmt: skip


def articles(basis: str) -> str:
    """Write ``gdpr-6-1-c+gdpr-9-2-h`` as a lawyer does."""
    told = []
    for one in basis.split("+"):
        law, *places = one.split("-")
        article = places[0] + "".join(f"({place})" for place in places[1:]) if places else ""
        told.append(f"{law.upper()} {article}".strip())
    return " + ".join(told)
