import numpy as np
import pytest

from models.labels import LABELS, Label
from models.registry import EvidenceRule, Positives, Tier
from models.training.calibrate import outputs, platt
from tests.models.training.evaluated import answered, table

RULE = EvidenceRule()
INDICES = {label: i for i, label in enumerate(LABELS)}


def tiers(valid, test, rule=RULE, indices=INDICES):
    counted = {
        label: Positives(
            train=9, **{n: int((s.table.labels[:, i] == 1).sum()) for n, s in (("valid", valid), ("test", test))}
        )
        for i, label in enumerate(LABELS)
    }
    return {o.label: o for o in outputs(indices, counted, valid, test, rule=rule)}


def pair(count, slope, intercept, seed=0):
    random = np.random.default_rng(seed)
    logits = random.normal(size=count) * 4
    return (random.random(count) < 1 / (1 + np.exp(-(slope * logits + intercept)))).astype(float), logits


def test_calibration_finds_the_scale_of_scores_that_are_too_sure():
    (fitted,) = platt([pair(4000, 0.25, -0.5)])
    assert fitted.slope == pytest.approx(0.25, abs=0.05)
    assert fitted.intercept == pytest.approx(-0.5, abs=0.15)


def test_a_label_with_thin_data_borrows_the_common_slope_and_keeps_its_own_frequency():
    truth, logits = pair(2000, 0.25, 0.0)
    rare = np.zeros(200)
    rare[:2] = 1
    apart = np.where(rare == 1, 8.0, np.random.default_rng(1).normal(size=200))  # alone, its slope would be infinite
    first, second, thin = platt([(truth, logits), (truth, logits), (rare, apart)])
    alone = platt([(rare, apart)])[0].slope
    assert first.slope == second.slope == pytest.approx(0.25, abs=0.05)
    assert thin.slope < 0.8 * alone
    assert (1 / (1 + np.exp(-(thin.slope * apart + thin.intercept)))).mean() == pytest.approx(0.01, abs=1e-4)


def test_a_class_that_is_missing_leaves_a_label_without_calibration():
    assert (
        platt([(np.zeros(5), np.arange(5.0)), (np.ones(5), np.arange(5.0)), (np.zeros(0), np.zeros(0))]) == [None] * 3
    )


def test_each_label_has_the_tier_that_its_evidence_carries():
    shares = {Label.FRACTURE: 0.01, Label.EDEMA: None, Label.PLEURAL_OTHER: 0.0}
    valid = answered(table(200, shares=shares), Pneumothorax=0.0)
    test = answered(table(200, shares=shares, seed=9), seed=9, Consolidation=-1.0)
    found = tiers(valid, test, indices=INDICES | {Label.SUPPORT_DEVICES: None})
    reasons = {label: output.not_assessed_because for label, output in found.items()}
    assert found[Label.CARDIOMEGALY].tier is Tier.ASSESSED
    assert found[Label.FRACTURE].tier is Tier.EXPLORATORY
    assert "too few positives" in reasons[Label.FRACTURE]
    assert found[Label.PNEUMOTHORAX].tier is Tier.EXPLORATORY
    assert reasons[Label.PNEUMOTHORAX].startswith("on validation it may be no better than chance")
    assert found[Label.CONSOLIDATION].tier is Tier.EXPLORATORY
    assert reasons[Label.CONSOLIDATION].startswith("validation admitted it, but on test")
    for label in (Label.EDEMA, Label.PLEURAL_OTHER, Label.SUPPORT_DEVICES):
        assert found[label].tier is Tier.NOT_ASSESSED
        assert reasons[label]


def test_test_figures_move_neither_calibration_nor_threshold():
    valid = answered(table(200))
    one, other = (tiers(valid, answered(table(200, seed=seed), seed=seed, strength=4.0)) for seed in (5, 6))
    assert [(o.calibration, o.operating_point) for o in one.values()] == [
        (o.calibration, o.operating_point) for o in other.values()
    ]


@pytest.mark.parametrize(("share", "tier"), [(0.8, Tier.ASSESSED), (0.98, Tier.EXPLORATORY)])
def test_a_label_that_stands_on_nearly_every_abnormal_image_is_never_called(share, tier):
    splits = [table(400, seed=seed) for seed in (0, 9)]
    for split in splits:
        abnormal = split.labels[:, LABELS.index(Label.NO_FINDING)] == 0
        split.labels[:, LABELS.index(Label.PNEUMONIA)] = abnormal & (np.arange(400) % 50 < 50 * share)
    pneumonia = tiers(answered(splits[0]), answered(splits[1], seed=9))[Label.PNEUMONIA]
    assert pneumonia.tier is tier
    assert ("nearly every abnormal image" in pneumonia.not_assessed_because) == (tier is Tier.EXPLORATORY)


@pytest.mark.parametrize("few", ["valid", "test"])
def test_many_images_of_few_patients_are_no_evidence(few):
    splits = {name: table(400, seed=seed) for name, seed in (("valid", 0), ("test", 9))}
    sick = splits[few].labels[:, LABELS.index(Label.EDEMA)] == 1
    splits[few].patients[sick] = np.array(["a", "b", "c", "d"])[np.arange(sick.sum()) % 4]
    found = tiers(answered(splits["valid"]), answered(splits["test"], seed=9))
    assert found[Label.EDEMA].tier is Tier.EXPLORATORY
    told = {"valid": "images of 4 patients in validation", "test": f"{int(sick.sum())} of 4 in test"}
    assert told[few] in found[Label.EDEMA].not_assessed_because


def test_the_indeterminate_band_holds_the_threshold_and_is_narrower_with_more_patients():
    widths = []
    for count in (100, 1600):
        valid, test = answered(table(count)), answered(table(200, seed=9), seed=9)
        points = [o.operating_point for o in tiers(valid, test).values() if o.operating_point]
        assert all(point.low <= point.threshold <= point.high for point in points)
        assert any(point.low < point.threshold for point in points)
        assert any(point.threshold < point.high for point in points)
        widths.append(np.mean([point.high - point.low for point in points]))
    assert widths[1] < 0.6 * widths[0]


def test_the_threshold_keeps_the_specificity_that_the_rule_asks_for():
    valid, test = answered(table(400)), answered(table(200, seed=9), seed=9)
    for least in (0.5, 0.95):
        found = tiers(valid, test, rule=EvidenceRule(least_specificity=least))[Label.EDEMA]
        truth, logits, _ = valid.of_label(Label.EDEMA)
        called = (
            1 / (1 + np.exp(-(found.calibration.slope * logits + found.calibration.intercept)))
            >= found.operating_point.threshold
        )
        assert (~called[truth == 0]).mean() >= least
