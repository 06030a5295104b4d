"""The real periods in words, in English and Polish: for patients, for the record of processing, and for whoever operates Diafan."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.words import Language
from service.gdpr.retention_settings import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionWords:
    """The words of one language: for each kind what is said where it has a time, and where it is kept on."""

    source: tuple[str, str]
    evidence: tuple[str, str]
    results: tuple[str, str]
    drafts: tuple[str, str]
    failed_jobs: tuple[str, str]


WORDS: Mapping[Language, RetentionWords] = {
    "en": RetentionWords(
        source=("The image points of an X-ray are deleted here {days} days after all of its study was delivered and nobody worked on it any more; what its header says stays, and in the hospital's archive nothing is deleted.", "The image points of an X-ray have no time limit of their own here."),
        evidence=("The values behind its heatmaps are deleted here after {days} days, likewise.", "The values behind its heatmaps are kept with the findings."),
        results=("Heatmaps and structured reports that an archive has are deleted here after {days} days, likewise.", "Heatmaps and structured reports are kept with the findings."),
        drafts=("Verdicts that a physician began and did not sign are deleted {days} days after the last change.", "Verdicts that a physician began and did not sign are kept until their author discards them."),
        failed_jobs=("Traces of failed work are deleted after {days} days.", "Traces of failed work have no time limit of their own."),
    ),
    "pl": RetentionWords(
        source=("Punkty obrazu zdjęcia są tutaj kasowane po {days} dniach od chwili, gdy całe badanie dostarczono i nikt już nad nim nie pracował; to, co mówi nagłówek, zostaje, a w archiwum szpitala niczego się nie kasuje.", "Punkty obrazu zdjęcia nie mają tutaj własnego terminu."),
        evidence=("Wartości, z których powstały mapy ciepła, są tutaj kasowane tak samo, po {days} dniach.", "Wartości, z których powstały mapy ciepła, są przechowywane razem z wynikami."),
        results=("Mapy ciepła i raporty strukturalne, które ma archiwum, są tutaj kasowane tak samo, po {days} dniach.", "Mapy ciepła i raporty strukturalne są przechowywane razem z wynikami."),
        drafts=("Oceny, które lekarz zaczął i nie podpisał, są kasowane po {days} dniach od ostatniej zmiany.", "Oceny, które lekarz zaczął i nie podpisał, są przechowywane, aż odrzuci je autor."),
        failed_jobs=("Ślady nieudanych prac są kasowane po {days} dniach.", "Ślady nieudanych prac nie mają własnego terminu."),
    ),
}  # fmt: skip


def periods(retention: Retention, language: Language) -> str:
    """Return what is kept for how long, a sentence a kind."""
    words = WORDS[language]
    kinds = (
        (retention.source_days, words.source),
        (retention.evidence_days, words.evidence),
        (retention.results_days, words.results),
        (retention.drafts_days, words.drafts),
        (retention.failed_jobs_days, words.failed_jobs),
    )
    return " ".join(goes.format(days=days) if days is not None else stays for days, (goes, stays) in kinds)
