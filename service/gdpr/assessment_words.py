"""What the sheet of an impact assessment (GDPR Art. 35) says beside shared words, in English and Polish."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentWords:
    """The words of one language; ``names`` and ``means`` go by the risk (`service.gdpr.assessment.Risk`)."""

    title: str
    about: str
    description: str
    description_text: str
    decision_text: str
    necessity: str
    necessity_text: str
    necessity_questions: tuple[str, ...]
    risks: str
    risks_text: str
    names: Mapping[str, str]
    means: Mapping[str, str]
    is_off: str
    judge: str
    besides: str
    end: str
    end_questions: tuple[str, ...]


_LINE = "____________________"
WORDS: Mapping[Language, AssessmentWords] = {
    "en": AssessmentWords(
        title="Data protection impact assessment (GDPR Art. 35): sheet",
        about="This is no assessment yet: a person judges it.",
        description="Description of the processing",
        description_text="A DICOM sender, or a person through the API, hands over chest X-rays. A network looks for findings; results with heatmaps and a preliminary report go to the destinations; a physician may review and sign. Every act is an entry of the log. Intended use: {use}.",
        decision_text="No decision about a patient is made by the program alone (Art. 22): a physician decides.",
        necessity="Necessity and proportionality",
        necessity_text="What the program keeps: the images as they came, results, reports, reviews, and the log. It asks for no data beyond what the images carry.",
        necessity_questions=("Why is it needed for the purposes above?", "Why would less data, or no program, not do?", "How are patients told (Art. 14), and how do they use their rights?"),
        risks="Risks",
        risks_text="What is said of each measure was read from the settings, or is what the program always does. Likelihood and severity are for a person to judge.",
        names={"wrong-finding": "1. A wrong finding, or one that is missed", "automation-bias": "2. A physician believes the program too much", "re-identification": "3. Somebody learns whom data are about", "leak": "4. Data leak at a sender, a destination, or on the way", "rewritten-log": "5. The log is rewritten", "unavailable": "6. The service is not available, or data are lost"},
        means={"wrong-finding": "Treatment that is not needed, or that comes too late.", "automation-bias": "The program's error becomes the physician's.", "re-identification": "Data on health become known to who has no business with them.", "leak": "Images and results get into the hands of others.", "rewritten-log": "Who saw or took what can no longer be told.", "unavailable": "Results come late or not at all."},
        is_off="Not in place, or not known",
        judge=f"Likelihood: {_LINE}   Severity: {_LINE}   What remains: {_LINE}",
        besides=f"Further measures, by whom, until when: {_LINE * 3}",
        end="Opinions and decision",
        end_questions=("Advice of the data protection officer (Art. 35(2)):", "Views of patients or who speaks for them (Art. 35(9)):", "Is the supervisory authority to be asked before (Art. 36)?", "Decision, name, date, signature:", "To be looked at again on:"),
    ),
    "pl": AssessmentWords(
        title="Ocena skutków dla ochrony danych (art. 35 RODO): arkusz",
        about="To jeszcze nie ocena: ocenia człowiek.",
        description="Opis przetwarzania",
        description_text="Nadawca DICOM albo osoba przez API przekazuje zdjęcia klatki piersiowej. Sieć szuka zmian; wyniki z mapami ciepła i wstępny raport trafiają do odbiorców; lekarz może je ocenić i podpisać. Każda czynność jest wpisem dziennika. Przeznaczenie: {use}.",
        decision_text="Program nie podejmuje sam żadnej decyzji o pacjencie (art. 22): decyduje lekarz.",
        necessity="Niezbędność i proporcjonalność",
        necessity_text="Co program przechowuje: obrazy tak, jak przyszły, wyniki, raporty, oceny i dziennik. Nie żąda danych poza tymi, które niosą obrazy.",
        necessity_questions=("Dlaczego jest to potrzebne do celów powyżej?", "Dlaczego nie wystarczy mniej danych albo brak programu?", "Jak informuje się pacjentów (art. 14) i jak korzystają ze swoich praw?"),
        risks="Ryzyka",
        risks_text="Co powiedziano o każdym środku, odczytano z ustawień albo program robi to zawsze. Prawdopodobieństwo i wagę ocenia człowiek.",
        names={"wrong-finding": "1. Błędny wynik albo przeoczona zmiana", "automation-bias": "2. Lekarz zbytnio ufa programowi", "re-identification": "3. Ktoś dowiaduje się, kogo dotyczą dane", "leak": "4. Wyciek u nadawcy, u odbiorcy lub po drodze", "rewritten-log": "5. Dziennik zostaje przepisany", "unavailable": "6. Usługa jest niedostępna albo giną dane"},
        means={"wrong-finding": "Leczenie niepotrzebne albo spóźnione.", "automation-bias": "Błąd programu staje się błędem lekarza.", "re-identification": "Dane o zdrowiu poznaje ktoś, komu nic do nich.", "leak": "Obrazy i wyniki trafiają w cudze ręce.", "rewritten-log": "Nie da się już powiedzieć, kto co widział lub zabrał.", "unavailable": "Wyniki przychodzą późno albo wcale."},
        is_off="Brak albo nie wiadomo",
        judge=f"Prawdopodobieństwo: {_LINE}   Waga: {_LINE}   Co pozostaje: {_LINE}",
        besides=f"Dalsze środki, kto, do kiedy: {_LINE * 3}",
        end="Opinie i decyzja",
        end_questions=("Zalecenia inspektora ochrony danych (art. 35 ust. 2):", "Opinie pacjentów lub ich przedstawicieli (art. 35 ust. 9):", "Czy najpierw zapytać organ nadzorczy (art. 36)?", "Decyzja, nazwisko, data, podpis:", "Przejrzeć ponownie dnia:"),
    ),
}  # fmt: skip
