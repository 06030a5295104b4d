"""What the notice of GDPR Art. 14 says beside the words that it shares with an answer to a patient, in English and Polish."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """The words of one language; braces hold what is filled in."""

    title: str
    about: str
    why_text: str
    any_sender: str
    whom_text: str
    whom_none: str
    here: str
    third_text: str
    logic_text: str
    access_text: str
    consent_text: str
    interests_text: str
    complain: str
    complain_text: str


WORDS: Mapping[Language, NoticeWords] = {
    "en": NoticeWords(
        title="A computer program looks at your chest X-ray",
        about="Your chest X-ray is also looked at by a computer program, Diafan. It got the images from the hospital and not from you, so you are told here what happens with them (GDPR Art. 14).",
        why_text="The program supports the physician who reports on the X-ray. Its intended use: {use}.",
        any_sender="any device of the hospital that may send",
        whom_text="The hospital's staff who may see the study, and:",
        whom_none="The hospital's staff who may see the study. The program sends it nowhere else.",
        here="in the hospital's own installation",
        third_text="The program sends the data nowhere else. Whether one of these is outside of the European Economic Area: ______________________________",
        logic_text="The image becomes numbers, and a network that learnt from many earlier X-rays gives a probability for each finding that it knows. Above a threshold that was set when the program was tested, the finding is called; between two limits the program says that it cannot tell. A heatmap shows which part of the image mattered. It can be wrong in both directions: that is why a physician looks at the X-ray.",
        access_text="You may ask for access to your data and for a copy (Art. 15).",
        consent_text="Where the handling rests on your consent, you may withdraw it at any time; what was done before stays lawful.",
        interests_text="The legitimate interests that this rests on (Art. 6(1)(f)): ______________________________",
        complain="Complaints",
        complain_text="You may complain to the supervisory authority of the country where you live, work, or where you think that your rights were hurt; in Poland it is the President of the Personal Data Protection Office (UODO).",
    ),
    "pl": NoticeWords(
        title="Twoje zdjęcie klatki piersiowej ogląda program komputerowy",
        about="Twoje zdjęcie klatki piersiowej ogląda także program komputerowy Diafan. Obrazy dostał od szpitala, a nie od Ciebie, dlatego mówimy tutaj, co się z nimi dzieje (art. 14 RODO).",
        why_text="Program wspiera lekarza, który opisuje zdjęcie. Jego przeznaczenie: {use}.",
        any_sender="każde urządzenie szpitala, które może wysyłać",
        whom_text="Pracownicy szpitala, którzy mogą widzieć badanie, oraz:",
        whom_none="Pracownicy szpitala, którzy mogą widzieć badanie. Program nie wysyła go nigdzie indziej.",
        here="we własnej instalacji szpitala",
        third_text="Program nie wysyła danych nigdzie indziej. Czy któryś z odbiorców jest poza Europejskim Obszarem Gospodarczym: ______________________________",
        logic_text="Obraz staje się liczbami, a sieć, która uczyła się na wielu wcześniejszych zdjęciach, podaje prawdopodobieństwo każdej zmiany, którą zna. Powyżej progu, ustalonego przy sprawdzaniu programu, zmiana jest zgłaszana; między dwiema granicami program mówi, że nie potrafi odpowiedzieć. Mapa ciepła pokazuje, która część obrazu miała znaczenie. Może się mylić w obie strony: dlatego zdjęcie ogląda lekarz.",
        access_text="Możesz żądać dostępu do swoich danych i ich kopii (art. 15).",
        consent_text="Jeżeli przetwarzanie opiera się na Twojej zgodzie, możesz ją w każdej chwili wycofać; to, co zrobiono wcześniej, pozostaje zgodne z prawem.",
        interests_text="Prawnie uzasadnione interesy, na których się to opiera (art. 6 ust. 1 lit. f): ______________________________",
        complain="Skarga",
        complain_text="Możesz wnieść skargę do organu nadzorczego państwa, w którym mieszkasz, pracujesz lub w którym Twoim zdaniem naruszono Twoje prawa; w Polsce jest nim Prezes Urzędu Ochrony Danych Osobowych (UODO).",
    ),
}  # fmt: skip
