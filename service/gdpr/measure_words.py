"""What is said of each measure and its state, in English and Polish; braces hold what is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language
from service.gdpr.measures import Measure


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a measure is about, and what is said in each state."""

    topic: str
    states: Mapping[str, str]


PHRASES: Mapping[Language, Mapping[str, Phrase]] = {
    "en": {
        "listener-tls": Phrase("DICOM on the wire", {"on": "The listener at {dimse} takes TLS only, with certificates on both sides ({profile}).", "off": "The listener at {dimse} takes images in clear, without TLS."}),
        "reach": Phrase("Reach", {"on": "DICOM listener ({dimse}) and API ({http}) are reached from this machine only.", "off": "DICOM listener ({dimse}) or API ({http}) is reached from the network."}),
        "senders": Phrase("Who may send", {"addresses": "Only {titles}, each from its own addresses.", "titles": "Only {titles} may send, but from any address: {bare}. An AE title is a name and no proof.", "anyone": "Any AE title may send: there is no list of senders."}),
        "api-tls": Phrase("API on the wire", {"on": "Others reach the API by https ({url}). Diafan itself speaks http at {http}: TLS is the work of what stands before it.", "off": "The API is reached by http, in clear ({url})."}),
        "provider": Phrase("Who is let in", {"on": "The OpenID provider {issuer} says who people and systems are.", "off": "There is no OpenID provider: the embedded issuer lets in whoever has the account of Diafan on this machine."}),
        "purpose-required": Phrase("Purpose of use", {"on": "A token that states no purpose of use is refused.", "off": "A token need not state a purpose of use: the default is assumed."}),
        "subject-keys": Phrase("Keys of the pseudonyms", {"on": "The keys that seal the table of pseudonyms are given from outside of the data folder.", "off": "The keys that seal the table of pseudonyms are a file in the data folder: a copy of folder and database names everybody."}),
        "database": Phrase("Database", {"on": "A PostgreSQL server of its own.", "off": "The embedded server: it trusts every account that can reach its socket in the data folder."}),
        "witnesses": Phrase("Witnesses of the log", {"elsewhere": "Checkpoints of the log are kept elsewhere, too: {names}.", "files": "Checkpoints are kept in files only ({names}); whether these are on another machine the settings do not say.", "data-folder": "The only witness is a file in the data folder ({names}): who rewrites the log there can rewrite that file, too.", "none": "There is no witness: a log that was rewritten with its key is not found out."}),
        "repositories": Phrase("Audit repositories", {"on": "Every entry of the log also goes to {names}.", "off": "The log goes to no audit repository: it is kept in this installation only."}),
        "names-in-log-copies": Phrase("Names in copies of the log", {"on": "No audit repository is told whom the log's pseudonyms stand for.", "off": "Told whom the log's pseudonyms stand for: {names}."}),
        "ways-out": Phrase("Ways out", {"on": "No configured recipient on the network is reached in clear.", "off": "Reached in clear, without TLS: {names}."}),
        "rules": Phrase("Which images", {"on": "Rules of the site say which images are analysed and where results go.", "off": "There are no rules of the site: every image that the program can read is analysed, and results go everywhere."}),
        "sessions": Phrase("Sessions", {"on": "A person's session ends after {idle} minutes without use, and after {longest} hours."}),
        "limits": Phrase("Limits", {"on": "At most {associations} associations, {per_address} for an address; {refusals} refused credentials in {window} s; nothing is accepted below {free} MB of free disk."}),
        "intended-use": Phrase("Intended use", {"on": "Printed on every result: {use}."}),
        "roles": Phrase("Roles", {"on": "What the API shows of patients asks for a scope; people have those of their roles. An officer sees the log and no image."}),
        "pseudonyms": Phrase("Log without names", {"on": "The log names patients, studies and objects by pseudonyms under a key of each patient; the table that leads back is sealed."}),
        "signed-log": Phrase("Signed log", {"on": "Every act is an entry; entries are hashed into a tree with signed checkpoints, which a verification recomputes."}),
        "sealed-answers": Phrase("Answers to patients", {"on": "The answer to a request for access is sealed to its recipient's key."}),
        "erasure": Phrase("Erasure", {"on": "A patient is erased by a command: archives and EHR are told first, and then nothing leads from the log to the patient. It is refused for {years} years, the duty to keep."}),
        "preliminary": Phrase("A physician decides", {"on": "A report is preliminary until a physician has signed it."}),
        "explained": Phrase("Explained findings", {"on": "A finding comes with a probability, its threshold and a heatmap; what the model cannot tell is called indeterminate, or not assessed."}),
        "retries": Phrase("Nothing is lost silently", {"on": "What fails is tried again or parked, and shown to who operates the installation."}),
        "at-rest": Phrase("Encryption at rest", {"off": "Diafan does not encrypt images, results and its database on the disk; whether the disk does, the settings do not say."}),
        "retention": Phrase("Deletion by age", {"on": "A job deletes the image points of an X-ray {days} days after all of its study was delivered, and logs it; findings, reports and verdicts stay: a person has to erase what is older than {years} years, and to retire entries of the log that are older than {log_years} years.", "off": "No image is deleted by itself for its age: a person has to erase what is older than {years} years, and to retire entries of the log that are older than {log_years} years."}),
        "backup": Phrase("Backup", {"off": "Diafan makes no backup of its database and data folder; whether somebody else does, the settings do not say."}),
        "before-review": Phrase("Results before a review", {"off": "Results and preliminary reports go to their destinations before a physician has looked at them."}),
        "names-in-results": Phrase("Names in results", {"off": "Results and reports carry the patient's name and identifiers, as the images do: so does whoever receives them."}),
        "site-evaluation": Phrase("Tested here", {"off": "Whether the model was evaluated with images of this site, the settings do not say."}),
    },
    "pl": {
        "listener-tls": Phrase("DICOM w sieci", {"on": "Odbiornik {dimse} przyjmuje tylko TLS, z certyfikatami po obu stronach ({profile}).", "off": "Odbiornik {dimse} przyjmuje obrazy otwartym tekstem, bez TLS."}),
        "reach": Phrase("Dostępność", {"on": "Odbiornik DICOM ({dimse}) i API ({http}) są dostępne tylko z tego komputera.", "off": "Odbiornik DICOM ({dimse}) lub API ({http}) jest dostępny z sieci."}),
        "senders": Phrase("Kto może wysyłać", {"addresses": "Tylko {titles}, każdy ze swoich adresów.", "titles": "Tylko {titles}, ale z dowolnego adresu: {bare}. Tytuł AE to nazwa, a nie dowód.", "anyone": "Wysyłać może każdy tytuł AE: nie ma listy nadawców."}),
        "api-tls": Phrase("API w sieci", {"on": "Inni łączą się z API przez https ({url}). Sam Diafan mówi http pod {http}: TLS zapewnia to, co stoi przed nim.", "off": "Z API łączy się przez http, otwartym tekstem ({url})."}),
        "provider": Phrase("Kogo się wpuszcza", {"on": "Kim są ludzie i systemy, mówi dostawca OpenID {issuer}.", "off": "Nie ma dostawcy OpenID: wbudowany wystawca wpuszcza każdego, kto ma konto Diafanu na tym komputerze."}),
        "purpose-required": Phrase("Cel użycia", {"on": "Token, który nie podaje celu użycia, jest odrzucany.", "off": "Token nie musi podawać celu użycia: przyjmuje się cel domyślny."}),
        "subject-keys": Phrase("Klucze pseudonimów", {"on": "Klucze tabeli pseudonimów podaje się spoza folderu danych.", "off": "Klucze tabeli pseudonimów są plikiem w folderze danych: kopia folderu i bazy nazywa wszystkich."}),
        "database": Phrase("Baza danych", {"on": "Osobny serwer PostgreSQL.", "off": "Serwer wbudowany: ufa każdemu kontu, które sięga do jego gniazda w folderze danych."}),
        "witnesses": Phrase("Świadkowie dziennika", {"elsewhere": "Punkty kontrolne dziennika są przechowywane także gdzie indziej: {names}.", "files": "Punkty kontrolne są tylko w plikach ({names}); czy na innym komputerze, ustawienia nie mówią.", "data-folder": "Jedynym świadkiem jest plik w folderze danych ({names}): kto przepisze tam dziennik, przepisze i jego.", "none": "Nie ma świadka: dziennik przepisany wraz z kluczem nie zostanie wykryty."}),
        "repositories": Phrase("Repozytoria audytu", {"on": "Każdy wpis dziennika trafia też do: {names}.", "off": "Dziennik nie trafia do żadnego repozytorium audytu: jest tylko w tej instalacji."}),
        "names-in-log-copies": Phrase("Nazwiska w kopiach dziennika", {"on": "Żadnemu repozytorium audytu nie mówi się, kogo oznaczają pseudonimy dziennika.", "off": "Kogo oznaczają pseudonimy dziennika, mówi się: {names}."}),
        "ways-out": Phrase("Drogi na zewnątrz", {"on": "Z żadnym ustawionym odbiorcą w sieci nie ma łączności otwartym tekstem.", "off": "Otwartym tekstem, bez TLS: {names}."}),
        "rules": Phrase("Które obrazy", {"on": "Reguły placówki mówią, które obrazy są analizowane i dokąd trafiają wyniki.", "off": "Nie ma reguł placówki: analizowany jest każdy obraz, który program potrafi odczytać, a wyniki trafiają wszędzie."}),
        "sessions": Phrase("Sesje", {"on": "Sesja osoby kończy się po {idle} min bez użycia i po {longest} godz."}),
        "limits": Phrase("Limity", {"on": "Najwyżej {associations} asocjacji, {per_address} na adres; {refusals} odrzuconych poświadczeń w {window} s; poniżej {free} MB wolnego dysku nic nie jest przyjmowane."}),
        "intended-use": Phrase("Przeznaczenie", {"on": "Drukowane na każdym wyniku: {use}."}),
        "roles": Phrase("Role", {"on": "To, co API pokazuje o pacjentach, wymaga zakresu; ludzie mają zakresy swoich ról. Inspektor widzi dziennik, a nie obrazy."}),
        "pseudonyms": Phrase("Dziennik bez nazwisk", {"on": "Dziennik nazywa pacjentów, badania i obiekty pseudonimami pod kluczem każdego pacjenta; tabela, która prowadzi z powrotem, jest zapieczętowana."}),
        "signed-log": Phrase("Podpisany dziennik", {"on": "Każda czynność to wpis; wpisy są skracane do drzewa z podpisanymi punktami kontrolnymi, które weryfikacja oblicza od nowa."}),
        "sealed-answers": Phrase("Odpowiedzi dla pacjentów", {"on": "Odpowiedź na żądanie dostępu jest zapieczętowana kluczem odbiorcy."}),
        "erasure": Phrase("Usunięcie", {"on": "Pacjenta usuwa się poleceniem: najpierw dowiadują się archiwa i EHR, a potem nic nie prowadzi z dziennika do pacjenta. Odmawia się przez {years} lat obowiązku przechowywania."}),
        "preliminary": Phrase("Decyduje lekarz", {"on": "Raport jest wstępny, dopóki nie podpisze go lekarz."}),
        "explained": Phrase("Wyjaśnione wyniki", {"on": "Wynikowi towarzyszą prawdopodobieństwo, próg i mapa ciepła; czego model nie potrafi powiedzieć, jest nierozstrzygnięte albo nieoceniane."}),
        "retries": Phrase("Nic nie ginie po cichu", {"on": "Co się nie powiedzie, jest ponawiane lub wstrzymywane i pokazywane temu, kto prowadzi instalację."}),
        "at-rest": Phrase("Szyfrowanie na dysku", {"off": "Diafan nie szyfruje na dysku obrazów, wyników ani bazy; czy robi to dysk, ustawienia nie mówią."}),
        "retention": Phrase("Usuwanie po czasie", {"on": "Punkty obrazu zdjęcia są kasowane samoczynnie po {days} dniach od dostarczenia całego badania, z wpisem w dzienniku; wyniki, raporty i oceny zostają: człowiek musi usunąć to, co ma więcej niż {years} lat, i wycofać wpisy dziennika starsze niż {log_years} lat.", "off": "Żaden obraz nie jest usuwany sam z powodu wieku: człowiek musi usunąć to, co ma więcej niż {years} lat, i wycofać wpisy dziennika starsze niż {log_years} lat."}),
        "backup": Phrase("Kopia zapasowa", {"off": "Diafan nie robi kopii bazy ani folderu danych; czy robi ją ktoś inny, ustawienia nie mówią."}),
        "before-review": Phrase("Wyniki przed oceną", {"off": "Wyniki i wstępne raporty trafiają do odbiorców, zanim obejrzy je lekarz."}),
        "names-in-results": Phrase("Nazwiska w wynikach", {"off": "Wyniki i raporty niosą nazwisko i identyfikatory pacjenta, jak obrazy: ma je każdy odbiorca."}),
        "site-evaluation": Phrase("Sprawdzono tutaj", {"off": "Czy model oceniono na obrazach tej placówki, ustawienia nie mówią."}),
    },
}  # fmt: skip


def told(measure: Measure, language: Language) -> tuple[str, str]:
    """Return what a measure is about, and what is said of it."""
    phrase = PHRASES[language][measure.code]
    return phrase.topic, phrase.states[measure.state].format(**measure.values)
