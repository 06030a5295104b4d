import numpy as np
import pytest

from models.labels import LABELS, Label
from models.preprocess import Preprocessing
from models.registry import Calibration, EvidenceRule, Manifest, OperatingPoint, Output, Positives
from models.training.baselines import features, scores, thumbnail
from models.training.calibrate import Answered
from models.training.measure import alarms, by_label, macro_baselines, macros
from tests.models.training.evaluated import answered, table

NONE = {label: {} for label in LABELS}


def manifest(threshold=0.5, low=0.5, high=0.5, assessed=LABELS):
    point = OperatingPoint(threshold=threshold, low=low, high=high)
    return Manifest(
        name="m",
        version="1",
        architecture="torchvision-resnet50",
        output_stride=16,
        preprocessing=Preprocessing(32),
        weights_sha256="0" * 64,
        evidence_rule=EvidenceRule(),
        outputs=tuple(
            Output(
                label=label,
                index=i,
                positives=Positives(train=9, valid=9, test=9),
                calibration=Calibration(slope=1.0, intercept=0.0),
                operating_point=point if label in assessed else None,
                not_assessed_because="" if label in assessed else "no evidence",
            )
            for i, label in enumerate(LABELS)
        ),
    )


def figures_of(label, test, shortcuts=NONE, model=None):
    return next(each for each in by_label(model or manifest(), test, shortcuts) if each.label is label)


def test_a_model_that_only_sees_exposure_does_not_stand_clear_of_it_and_one_that_sees_more_does():
    random = np.random.default_rng(0)
    splits, seen = {}, {}
    for name, count in (("train", 400), ("test", 300)):
        exposure = random.uniform(0.3, 0.7, count)
        splits[name] = table(count, seed=len(name))
        splits[name].labels[:, 0] = exposure + random.normal(scale=0.1, size=count) > 0.5
        images = [np.full((16, 16), each, np.float32) + random.normal(scale=0.01, size=(16, 16)) for each in exposure]
        thumbnails, deviations = zip(*(thumbnail(image.astype(np.float32)) for image in images), strict=True)
        seen[name] = features(splits[name], np.array(thumbnails), np.array(deviations), np.array([""]))
    own = {
        label: scores(splits["train"].labels[:, i].astype(float), seen["train"], seen["test"])
        for i, label in enumerate(LABELS)
    }
    assert "source" not in own[LABELS[0]]
    test = answered(splits["test"])
    test.logits[:, 0] = seen["test"]["exposure"][:, 0] + random.normal(scale=0.01, size=300)
    blinded, seeing = (figures_of(label, test, own).baselines for label in (LABELS[0], LABELS[1]))
    assert blinded["exposure"].auroc.value > 0.8
    assert blinded["exposure"].difference.low < 0 < blinded["exposure"].difference.high
    assert blinded["view"].difference.low > 0.2
    assert seeing["exposure"].difference.low > 0.2
    means = macro_baselines(manifest(), test, own)
    assert means["exposure"].difference.value == pytest.approx(
        np.mean([f.auroc.value - f.baselines["exposure"].auroc.value for f in by_label(manifest(), test, own)])
    )


def test_a_label_that_training_never_saw_has_no_baseline():
    assert scores(np.array([0, 0, np.nan]), {"view": np.eye(3)}, {"view": np.eye(3)}) == {}


def test_operating_figures_count_the_band_by_the_threshold_and_leave_it_out_where_they_say_so():
    split = table(20)
    split.labels[:] = np.repeat([1, 0], 10)[:, None]
    logits = np.repeat([2.0, 0.1, -0.1, -2.0, 2.0, 0.1, -0.1, -2.0], [4, 3, 2, 1, 1, 1, 2, 6])
    test = Answered.of(split, np.repeat(logits[:, None], 14, axis=1))
    found = figures_of(Label.EDEMA, test, model=manifest(0.5, 0.4, 0.6))
    assert found.sensitivity.value == 0.7
    assert found.specificity.value == 0.8
    assert found.undecided.value == 0.4
    assert found.decided_sensitivity.value == 0.8
    assert found.decided_specificity.value == pytest.approx(6 / 7)
    assert found.share == 0.5
    assert found.brier.value == pytest.approx(np.mean((1 / (1 + np.exp(-logits)) - np.repeat([1, 0], 10)) ** 2))


def test_no_finding_beside_a_called_finding_is_counted_as_left_open_as_the_service_leaves_it():
    split = table(20)
    split.labels[:] = 0
    split.labels[:10, 0] = 1
    logits = np.full((20, 14), -2.0)
    logits[:12, 0] = 2.0
    logits[:4, LABELS.index(Label.EDEMA)] = 2.0
    found = figures_of(Label.NO_FINDING, Answered.of(split, logits))
    assert found.sensitivity.value == 1.0
    assert found.undecided.value == 4 / 20
    assert found.decided_sensitivity.value == 1.0
    assert (
        figures_of(Label.NO_FINDING, Answered.of(split, logits), model=manifest(assessed=LABELS[:1])).undecided.value
        == 0
    )


def test_figures_say_of_how_many_patients_the_positives_are():
    split = table(60, patients=np.repeat([str(n) for n in range(6)], 10))
    split.labels[:, LABELS.index(Label.EDEMA)] = np.arange(60) < 20
    assert figures_of(Label.EDEMA, answered(split)).patients == 2


def test_subgroups_are_told_apart_and_small_ones_have_no_figures():
    random = np.random.default_rng(0)
    sexes = random.choice(["F", "M"], 300)
    views = np.where(np.arange(300) < 8, "AP", "PA")
    sources = np.where(np.arange(300) < 150, "one", "two")
    test = answered(table(300, sexes=sexes, views=views, sources=sources, ages_years=np.full(300, 64.9, np.float32)))
    women = sexes == "F"
    test.logits[women] = random.normal(size=(women.sum(), 14))
    groups = {(g.by, g.group): g for g in figures_of(Label.EDEMA, test).subgroups}
    assert groups["sex", "women"].auroc.high < groups["sex", "men"].auroc.low
    assert groups["sex", "women"].images == women.sum()
    assert groups["age", "40 to 64"].images == 300
    assert groups["age", "65 and over"].images == 0
    assert groups["view", "AP"].images == 8
    assert groups["view", "AP"].auroc is groups["view", "AP"].sensitivity is None
    assert groups["source", "two"].images == 150


def test_the_mean_auroc_is_over_labels_with_enough_positives_also_within_each_source():
    sources = np.where(np.arange(300) < 150, "one", "two")
    split = table(300, shares={Label.EDEMA: None}, sources=sources)
    split.labels[:, LABELS.index(Label.FRACTURE)] = np.arange(300) < 4
    test = answered(split)
    found = macros(manifest(assessed=LABELS[:2]), test)
    assert found["all"].labels == tuple(label for label in LABELS if label not in {Label.FRACTURE, Label.EDEMA})
    alone = [f.auroc.value for f in by_label(manifest(), test, NONE) if f.auroc]
    assert found["all"].auroc.value == pytest.approx(np.mean(alone))
    assert found["assessed"].labels == LABELS[:2]
    assert found["source one"].images == 150
    assert figures_of(Label.FRACTURE, test).auroc is None


def test_alarms_are_counted_among_the_healthy_and_among_the_others():
    split = table(40)
    split.labels[:, 0] = np.repeat([1, 0], 20)
    logits = np.full((40, 14), -3.0)
    logits[:, 0] = 3.0  # No Finding is no finding
    logits[:5, 3] = logits[20:35, 4] = 3.0
    healthy, ill = alarms(manifest(), Answered.of(split, logits))
    assert (healthy.value, ill.value) == (0.25, 0.75)
    assert alarms(manifest(assessed=()), Answered.of(split, logits)) == (None, None)
