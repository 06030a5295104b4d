"""The model card, written from the figures so that no figure can drift from the model (Mitchell 2019)."""

import numpy as np
import numpy.typing as npt

from models.assessment import ModelIdentity
from models.classifier import calibrated
from models.labels import LABELS, Label
from models.registry import Manifest, Output
from models.training.baselines import baselines
from models.training.calibrate import LEAST_POSITIVES, LEAST_SPECIFICITY
from models.training.dataset import Split
from models.training.metrics import Array, Interval, auroc, by_patient, sensitivity, specificity
from models.training.train import UNLEARNED

_TEXT = """\
# Model card: {name} {version}
Manifest SHA-256 (the model's digest): `{digest}`
Weights SHA-256: `{weights}`

This card is written by `models.training.evaluate`; its figures are those of the shipped fp16 weights.

## Intended use
Demonstration and research: to show, on frontal chest radiographs of adults, how an answer with its evidence travels
to PACS, EHR and audit log. **Not for diagnosis, triage or screening**, and no medical device anywhere.
It supports a physician and never replaces one; the decision is the physician's.

## What it is
ResNet50 (torchvision), output stride 16, trained from random weights; {assessed_count} of its 14 labels are assessed. The whole
radiograph is reduced to {detail} x {detail} pixels by area, enlarged to {input} x {input} and standardised: what
cannot be seen at {detail} x {detail} (a small nodule, a thin pneumothorax line, fine interstitial lines) cannot be
found. Evidence maps have {cells} x {cells} cells.

## Data
NIH ChestX-ray14, a small public part: {train} images to train, {valid} to calibrate and choose thresholds, {test} to
test, split by patient ({test_patients} patients in test). Patients under 18 are left out, as are an upside-down image
and the second copy of a picture. The labels were mined from reports by a program: a 0 means that it did not find the
word, and some of the 1s are wrong.

## Test
Mean AUROC over all {learned_count} labels that were learned and have at least {least_positives} positives in the test split:
**{macro}**. Over the {assessed_count} assessed ones alone it is {macro_assessed}; the test split had a say in
which those are (see below), so that figure flatters.

Intervals are 95 %, by bootstrap over patients. The two baselines know nothing of anatomy: logistic regression on the
mean and standard deviation of the pixels, and on an 8 x 8 thumbnail. Where the model is not clearly above them, it
may see nothing else.

{ranking}

Threshold: the largest sensitivity + specificity on the valid split (Youden) among those with a specificity of at least
{least_specificity:.2f} there, halfway to the next lower score.
That floor was set after the test figures of a first probe of three epochs were seen, whose calls without it reached
86 % of the healthy images.
Calibration: Platt on the valid split, so a probability holds for this collection's frequencies and not for a clinic's.

{operating}

Of the {healthy} test images labelled No Finding, {alarmed:.0%} have at least one finding called; of the {ill} others,
{found:.0%} have.

## Not assessed
The network has an output for each of these, but nothing is said about them, anywhere.

{not_assessed}

## Shortcuts and limits
- **Exposure** tells sick from well in this collection (see the baselines). Each image is standardised to mean 0 and
  standard deviation 1, which removes the crudest form only.
- **Resolution and source**: the images came in sizes that predicted the label. All are reduced to {detail} pixels
  first, and sharpness is varied in training; a rest may remain.
- **Projection**: bedridden patients are imaged AP, and are sicker. That was not controlled for.
- **Lung Opacity** is 1 wherever Infiltration, Consolidation, Edema, Pneumonia, Atelectasis, Mass or Nodule is. In the
  larger files of the collection that is nearly every abnormal image, so it is close to the opposite of No Finding.
- **Aspect**: the radiograph is fitted to a square, which distorts one that is far from square (training varied the
  ratio by 8 %).
- Images were mirrored in training: the model does not know left from right, and does not notice a wrong side marker.
- Test counts are small: read the intervals, not the figures. One collection, one hospital; no external test, and no
  figures by sex, age or device.
- **Evidence outside the lungs**: of the {peaks} findings called on test, {at_border:.0%} have their strongest cell in
  the outermost ring of cells ({border:.0%} of the picture), which shows shoulders, neck and collimation rather than
  lung. Where that happens, the map shows a shortcut, and the call deserves no trust.
- The evidence map says what moved the score. It was not compared with radiologists' outlines, and is no outline of
  disease.

## Source and licence of the data
NIH ChestX-ray14 images were provided by the NIH Clinical Center (download site:
https://nihcc.app.box.com/v/ChestXray-NIHCC). Wang et al., "ChestX-ray8: Hospital-scale Chest X-ray Database and
Benchmarks on Weakly-Supervised Classification and Localization of Common Thorax Diseases", CVPR 2017, pp. 3462-3471.
"""


def render_card(
    manifest: Manifest,
    identity: ModelIdentity,
    splits: dict[str, Split],
    logits: npt.NDArray[np.float32],
    peaks: list[tuple[int, int]],
) -> str:
    """Return the card in Markdown; ``logits`` (N, 14) and the ``peaks`` of called findings are of the test split."""
    test = splits["test"]
    assessed = [(i, output) for i, output in enumerate(manifest.outputs) if output.operating_point]
    findings = [(i, output) for i, output in assessed if output.label is not Label.NO_FINDING]
    any_called = np.any([_called(output, logits[:, i]) for i, output in findings], axis=0)
    healthy = test.labels[:, LABELS.index(Label.NO_FINDING)] == 1
    cells = manifest.preprocessing.input_px // manifest.output_stride
    return _TEXT.format(
        name=identity.name,
        version=identity.version,
        digest=identity.digest,
        weights=manifest.weights_sha256,
        assessed_count=len(assessed),
        detail=manifest.preprocessing.detail_px,
        input=manifest.preprocessing.input_px,
        cells=cells,
        peaks=len(peaks),
        at_border=np.mean([min(p) == 0 or max(p) == cells - 1 for p in peaks]),
        border=(4 * cells - 4) / cells**2,
        train=len(splits["train"].images),
        valid=len(splits["valid"].images),
        test=len(test.images),
        test_patients=len(np.unique(test.patients)),
        least_positives=LEAST_POSITIVES,
        least_specificity=LEAST_SPECIFICITY,
        learned_count=len(_learned(splits)),
        macro=_macro(_learned(splits), test, logits),
        macro_assessed=_macro([i for i, _ in assessed], test, logits),
        ranking=_ranking(manifest, splits, logits),
        operating=_operating(assessed, test, logits),
        healthy=int(healthy.sum()),
        alarmed=any_called[healthy].mean(),
        ill=int((~healthy).sum()),
        found=any_called[~healthy].mean(),
        not_assessed="\n".join(
            f"- **{o.label}**: {o.not_assessed_because}." for o in manifest.outputs if not o.operating_point
        ),
    )


def _learned(splits: dict[str, Split]) -> list[int]:
    """Return the outputs that were trained and have enough positives in the test split to say anything."""
    train, test = splits["train"].labels, splits["test"].labels
    return [
        i
        for i, label in enumerate(LABELS)
        if label not in UNLEARNED and (train[:, i] == 1).any() and (test[:, i] == 1).sum() >= LEAST_POSITIVES
    ]


def _macro(columns: list[int], test: Split, logits: Array) -> str:
    """Return the mean AUROC of some outputs with its interval, patients drawn for all of them at once."""

    def mean_auroc(truth: Array, score: Array) -> float:
        return float(np.mean([auroc(truth[:, i], score[:, i]) for i in columns]))

    return _text(by_patient(mean_auroc, test.labels, logits, test.patients))


def _ranking(manifest: Manifest, splits: dict[str, Split], logits: Array) -> str:
    test, rows = splits["test"], []
    for i in _learned(splits):
        output, truth = manifest.outputs[i], test.labels[:, i]
        scores = [logits[:, i], *(baseline.scores for baseline in baselines(splits["train"], test, i))]
        figures = [_text(by_patient(auroc, truth, score, test.patients)) for score in scores]
        counts = f"{output.positives.train} / {output.positives.valid} / {output.positives.test}"
        rows.append([output.label, "yes" if output.operating_point else "no", counts, *figures])
    header = [
        "label",
        "assessed",
        "positives train / valid / test",
        "AUROC",
        "mean and deviation alone",
        "8 x 8 thumbnail alone",
    ]
    return _table(header, rows)


def _operating(assessed: list[tuple[int, Output]], test: Split, logits: Array) -> str:
    rows = []
    for i, output in assessed:
        truth, called = test.labels[:, i], _called(output, logits[:, i])
        probability = _probability(output, logits[:, i])
        rows.append(
            [
                output.label,
                f"{output.operating_point.threshold:.2f}" if output.operating_point else "",
                _text(by_patient(sensitivity, truth, called, test.patients)),
                _text(by_patient(specificity, truth, called, test.patients)),
                f"{probability.mean():.2f} / {truth.mean():.2f}",
                f"{np.mean((probability - truth) ** 2):.3f} / {truth.mean() * (1 - truth.mean()):.3f}",
            ]
        )
    header = [
        "label",
        "threshold",
        "sensitivity",
        "specificity",
        "mean probability / true share",
        "Brier score / that of the true share alone",
    ]
    return _table(header, rows)


def _probability(output: Output, logits: Array) -> npt.NDArray[np.float64]:
    if output.calibration is None:
        raise ValueError(f"{output.label} is not assessed")
    return np.array([calibrated(output.calibration, float(logit)) for logit in logits])


def _called(output: Output, logits: Array) -> npt.NDArray[np.float64]:
    threshold = output.operating_point.threshold if output.operating_point else 1.0
    return (_probability(output, logits) >= threshold).astype(np.float64)


def _text(interval: Interval) -> str:
    return f"{interval.value:.2f} ({interval.low:.2f}-{interval.high:.2f})"


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
