"""What the timeline of a breach (GDPR Art. 33 and 34) says, in English and Polish."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language
from service.gdpr.breach import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachWords:
    """The words of one language; braces hold what is filled in. ``categories`` go by what an act showed."""

    title: str
    about: str
    of_agent: str
    of_patients: str
    clock: str
    clock_text: str
    no_clock: str
    hours_left: str
    hours_late: str
    verification: str
    whole: str
    not_whole: str
    waiting: str
    retired: str
    counts: str
    counts_heads: tuple[str, ...]
    counts_text: str
    all: str
    groups: Mapping[Group, str]
    categories: Mapping[str, str]
    no_categories: str
    left: str
    named_exports: str
    no_named_exports: str
    other_ways: str
    lists: str
    by_whom: str
    by_whom_heads: tuple[str, ...]
    timeline: str
    timeline_text: str
    timeline_heads: tuple[str, ...]
    more: str
    everybody: str
    to_add: str
    to_add_questions: tuple[str, ...]


WORDS: Mapping[Language, BreachWords] = {
    "en": BreachWords(
        title="Timeline for the notification of a breach (GDPR Art. 33, 34)",
        about="Made on {made} from the log of this installation: acts from {since} on and before {until}. It says what the log says; whether it is a breach a person decides.",
        of_agent="Only acts of {agent}.",
        of_patients="Only acts on {patients}, and those that are of no single patient and may concern them, too.",
        clock="The clock (Art. 33(1))",
        clock_text="Known since {known}. To be notified to the supervisory authority, unless there is no risk, within {hours} hours: until {deadline}.",
        no_clock="Since when the controller knows was not stated (--known-at): no deadline is computed.",
        hours_left="When this was made {hours} hours were left.",
        hours_late="When this was made it had passed {hours} hours ago: the reasons for the delay go with the notification.",
        verification="What the verification of the log says",
        whole="All {size} entries are what was signed: none changed, missing or out of order. A tail that was cut together with its checkpoints is seen only by one kept elsewhere.",
        not_whole="THE LOG IS NOT WHAT WAS SIGNED ({size} entries). What stands below may be incomplete or false:",
        waiting="{count} entries have no place in the log yet and are not in here.",
        retired="The first {count} entries were retired for their age: acts of that time may be missing here.",
        counts="Acts, patients and studies concerned",
        counts_heads=("What", "Acts", "Patients", "Studies", "First (UTC)", "Last (UTC)"),
        counts_text="A study that was moved to another patient counts under each. Acts that name no patient (lists, exports of the whole log) add none to these counts.",
        all="all",
        groups={Group.SEEN: "seen", Group.TAKEN: "taken along or sent", Group.REFUSED: "refused or failed", Group.CHANGED: "changed", Group.ADMITTED: "let in or out", Group.HANDLED: "handled by the service"},
        categories={"images": "X-ray images with their headers (name, birth date, sex, identifiers, dates).", "headers": "What headers say of a study and its patient.", "results": "Findings, heatmaps and reports: data concerning health.", "verdicts": "Physicians' reviews: data concerning health.", "lists": "Lists of studies, with patients' names.", "log-named": "The log together with Patient IDs and study UIDs.", "log": "The log: staff by their id, patients by pseudonym.", "evaluation": "Reviews for evaluation, under pseudonyms of their own.", "everything": "Everything of a patient, sealed to a recipient's key."},
        no_categories="None was seen or taken along, as far as the log says.",
        left="What left",
        named_exports="Entries of the log were taken along WITH NAMES {count} times.",
        no_named_exports="The log was not taken along with names.",
        other_ways="Exports of the log without names: {exports}. Exports of reviews: {verdicts}. Answers to patients, sealed: {answers}. Deliveries, which carry the patient's name: {deliveries} (to: {places}). Deliveries that failed, and may have arrived in part: {failed}.",
        lists="Lists of studies were read {count} times, with up to {rows} rows in all; which patients stood there the log does not say.",
        by_whom="By whom, and from where",
        by_whom_heads=("Who", "Address", "Acts", "First / last (UTC)"),
        timeline="Timeline",
        timeline_text="Without what the service did by itself, which is counted above. Times are in UTC.",
        timeline_heads=("When", "What", "By whom, from where", "Patient", "Group"),
        more="{count} more acts are not listed here: a .csv file has all.",
        everybody="of no single patient",
        to_add="To be added by a person",
        to_add_questions=("What happened (nature of the breach):", "Likely consequences:", "Measures taken or proposed:", "Is the risk to patients high, and are they to be told (Art. 34)?", "Notified on, by whom:"),
    ),
    "pl": BreachWords(
        title="Przebieg zdarzeń do zgłoszenia naruszenia (art. 33 i 34 RODO)",
        about="Sporządzono {made} z dziennika tej instalacji: czynności od {since} i przed {until}. Mówi to, co mówi dziennik; czy to naruszenie, decyduje człowiek.",
        of_agent="Tylko czynności: {agent}.",
        of_patients="Tylko czynności na: {patients} oraz te, które nie są jednego pacjenta i mogą ich też dotyczyć.",
        clock="Zegar (art. 33 ust. 1)",
        clock_text="Wiadomo od {known}. Zgłosić organowi nadzorczemu, chyba że nie ma ryzyka, w ciągu {hours} godzin: do {deadline}.",
        no_clock="Nie podano, od kiedy administrator wie (--known-at): terminu nie obliczono.",
        hours_left="Gdy to sporządzono, zostało {hours} godz.",
        hours_late="Gdy to sporządzono, minął {hours} godz. temu: do zgłoszenia dołącza się przyczyny opóźnienia.",
        verification="Co mówi weryfikacja dziennika",
        whole="Wszystkie wpisy ({size}) są tym, co podpisano: żadnego nie zmieniono, nie brakuje ani nie przestawiono. Koniec ucięty wraz z punktami kontrolnymi widać tylko po punkcie przechowanym gdzie indziej.",
        not_whole="DZIENNIK NIE JEST TYM, CO PODPISANO (wpisów: {size}). To, co poniżej, może być niepełne lub fałszywe:",
        waiting="Wpisy bez miejsca w dzienniku, których tu nie ma: {count}.",
        retired="Pierwsze wpisy wycofano z powodu wieku ({count}): może tu brakować czynności z tamtego czasu.",
        counts="Czynności oraz pacjenci i badania, których dotyczą",
        counts_heads=("Co", "Czynności", "Pacjenci", "Badania", "Pierwsza (UTC)", "Ostatnia (UTC)"),
        counts_text="Badanie przeniesione do innego pacjenta liczy się u każdego. Czynności, które nie nazywają pacjenta (listy, eksport całego dziennika), nie zwiększają tych liczb.",
        all="razem",
        groups={Group.SEEN: "obejrzane", Group.TAKEN: "zabrane lub wysłane", Group.REFUSED: "odmowa lub błąd", Group.CHANGED: "zmienione", Group.ADMITTED: "wpuszczenie lub wyjście", Group.HANDLED: "praca usługi"},
        categories={"images": "Zdjęcia rentgenowskie z nagłówkami (nazwisko, data urodzenia, płeć, identyfikatory, daty).", "headers": "To, co nagłówki mówią o badaniu i jego pacjencie.", "results": "Wyniki, mapy ciepła i raporty: dane dotyczące zdrowia.", "verdicts": "Oceny lekarzy: dane dotyczące zdrowia.", "lists": "Listy badań, z nazwiskami pacjentów.", "log-named": "Dziennik wraz z identyfikatorami pacjentów i UID badań.", "log": "Dziennik: pracownicy pod identyfikatorem, pacjenci pod pseudonimem.", "evaluation": "Oceny do ewaluacji, pod własnymi pseudonimami.", "everything": "Wszystko o pacjencie, zapieczętowane kluczem odbiorcy."},
        no_categories="Dziennik nie mówi, żeby cokolwiek obejrzano lub zabrano.",
        left="Co wyszło na zewnątrz",
        named_exports="Wpisy dziennika zabrano Z NAZWISKAMI tyle razy: {count}.",
        no_named_exports="Dziennika nie zabrano z nazwiskami.",
        other_ways="Eksporty dziennika bez nazwisk: {exports}. Eksporty ocen: {verdicts}. Odpowiedzi dla pacjentów, zapieczętowane: {answers}. Dostawy, które niosą nazwisko pacjenta: {deliveries} (do: {places}). Dostawy nieudane, które mogły dotrzeć w części: {failed}.",
        lists="Listy badań odczytano tyle razy: {count}; wierszy razem najwyżej {rows}; którzy pacjenci na nich byli, dziennik nie mówi.",
        by_whom="Kto i skąd",
        by_whom_heads=("Kto", "Adres", "Czynności", "Pierwsza / ostatnia (UTC)"),
        timeline="Przebieg",
        timeline_text="Bez tego, co usługa zrobiła sama, a co policzono powyżej. Czasy podano w UTC.",
        timeline_heads=("Kiedy", "Co", "Kto i skąd", "Pacjent", "Grupa"),
        more="Czynności, których tu nie wymieniono: {count}. Plik .csv ma wszystkie.",
        everybody="nie jednego pacjenta",
        to_add="Do uzupełnienia przez człowieka",
        to_add_questions=("Co się stało (charakter naruszenia):", "Możliwe konsekwencje:", "Środki zastosowane lub proponowane:", "Czy ryzyko dla pacjentów jest wysokie i czy należy ich zawiadomić (art. 34)?", "Zgłoszono dnia, przez kogo:"),
    ),
}  # fmt: skip
