import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score, roc_auc_score

from models.training.metrics import (
    auprc,
    auroc,
    calibration_error,
    draw_patients,
    interval,
    mean,
    reliability,
    share,
    thresholds,
)


def each_alone(count, draws=200):
    return draw_patients(np.arange(count).astype(str), draws=draws)


@pytest.mark.parametrize(("ours", "theirs"), [(auroc, roc_auc_score), (auprc, average_precision_score)])
def test_ranking_figures_are_those_of_scikit_learn_in_every_draw_with_ties(ours, theirs):
    random = np.random.default_rng(0)
    truth = (random.random(60) < 0.3).astype(float)
    score = np.round(truth + random.normal(size=60), 1)
    weights = draw_patients(random.integers(20, size=60).astype(str), draws=10)
    expected = [theirs(truth, score, sample_weight=row) for row in weights]
    assert ours(truth, score, weights) == pytest.approx(expected)


def test_a_draw_takes_all_images_of_a_patient_or_none_and_as_many_patients_as_there_are():
    weights = draw_patients(np.array(["a", "b", "a", "c"]), draws=50)
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert len(np.unique(weights, axis=0)) > 5


def test_a_figure_that_needs_a_missing_class_has_no_interval():
    truth, weights = np.ones(4), each_alone(4)
    assert interval(auroc(truth, np.arange(4.0), weights)) is None
    assert interval(auprc(truth, np.arange(4.0), weights)) is None
    assert interval(thresholds(truth, np.arange(4.0), weights, least_specificity=0.0)) is None
    assert share(np.full(4, np.nan), weights) is None


def test_intervals_hold_the_true_auroc_about_as_often_as_they_say():
    random, held, repeats = np.random.default_rng(1), 0, 200
    true = norm.cdf(1 / np.sqrt(2))
    truth = np.repeat([0.0, 1.0], 40)
    for _ in range(repeats):
        found = interval(auroc(truth, truth + random.normal(size=80), each_alone(80)))
        held += found.low <= true <= found.high
    assert 0.9 <= held / repeats <= 0.985


def test_intervals_are_wider_when_images_belong_to_few_patients():
    random = np.random.default_rng(2)
    truth = np.repeat(random.random(30) < 0.5, 10).astype(float)
    score = truth + np.repeat(random.normal(size=30), 10)
    few = interval(auroc(truth, score, draw_patients(np.repeat(np.arange(30), 10).astype(str))))
    many = interval(auroc(truth, score, each_alone(300)))
    assert few.value == many.value
    assert few.high - few.low > 1.5 * (many.high - many.low)


def test_the_threshold_is_the_best_among_those_specific_enough_and_halfway_to_the_next_score():
    truth, score = np.array([0, 0, 0, 0, 1, 1.0]), np.array([0.1, 0.2, 0.3, 0.6, 0.5, 0.7])
    chosen = {least: thresholds(truth, score, each_alone(6), least_specificity=least)[0] for least in (0, 0.75, 0.9)}
    assert chosen == pytest.approx({0: 0.4, 0.75: 0.4, 0.9: 0.65})


def test_each_draw_has_the_threshold_of_its_own_images():
    truth, score = np.array([0, 1, 0, 1.0]), np.array([0.1, 0.2, 0.7, 0.8])
    weights = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]], np.uint8)
    assert thresholds(truth, score, weights, least_specificity=0.9)[1:] == pytest.approx([0.15, 0.75])


def test_five_hits_of_five_are_no_certainty():
    found = share(np.array([1, 1, 1, 1, 1, np.nan]), each_alone(6))
    assert found.value == found.high == 1
    assert 0.5 < found.low < 0.6


def test_a_mean_leaves_unknown_values_out():
    assert mean(np.array([1, 0, np.nan, 1]), np.array([[1, 1, 1, 1], [2, 0, 5, 0]], np.uint8)) == pytest.approx(
        [2 / 3, 1]
    )


def test_a_calibrated_score_has_an_error_that_chance_allows_and_one_too_sure_has_not():
    random = np.random.default_rng(3)
    probability = random.random(2000)
    truth = (random.random(2000) < probability).astype(float)
    weights = each_alone(2000)
    error, by_chance = calibration_error(truth, probability, weights)
    assert error[0] <= by_chance < 0.05
    sure = np.clip(probability * 2 - 0.5, 0.01, 0.99)
    error, by_chance = calibration_error(truth, sure, weights)
    assert error[0] > 2 * by_chance
    assert interval(error).low > by_chance


def test_a_reliability_curve_has_bins_of_equal_size_and_their_shares():
    probability = np.repeat(np.linspace(0.05, 0.95, 10), 20)
    truth = np.tile([1.0, 0.0], 100)
    curve = reliability(truth, probability, each_alone(200))
    assert [each.images for each in curve] == [20] * 10
    assert [each.probability for each in curve] == pytest.approx(np.linspace(0.05, 0.95, 10))
    assert all(each.share.value == 0.5 and each.share.low < 0.35 for each in curve)


def test_one_probability_for_all_makes_one_bin():
    curve = reliability(np.tile([1.0, 0.0], 50), np.full(100, 0.5), each_alone(100))
    assert [each.images for each in curve] == [100]
