from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.assessment import Call, Finding, without_contradiction
from models.classifier import calibrated
from models.labels import LABELS, Label
from models.radiograph import Radiograph
from models.registry import Calibration
from tests.models.tiny import UNSEEN


def test_what_is_not_assessed_carries_no_number_and_no_explanation(shipped, radiographs):
    assessment = shipped.assess(radiographs[0])
    assert tuple(finding.label for finding in assessment.findings) == LABELS
    for finding in assessment.findings:
        numbers = (finding.probability, finding.threshold, finding.logit)
        if finding.is_exploratory:
            assert finding.threshold is None
            assert finding.label in assessment.explanations
        elif finding.call is Call.NOT_ASSESSED:
            assert numbers == (None, None, None)
            assert finding.label not in assessment.explanations
        else:
            assert None not in numbers
            assert finding.label in assessment.explanations


def test_labels_that_the_data_never_had_are_not_assessed_by_the_bundled_model(shipped, radiographs):
    not_assessed = {f.label for f in shipped.assess(radiographs[0]).findings if f.call is Call.NOT_ASSESSED}
    assert not_assessed >= UNSEEN
    assert all(o.not_assessed_because for o in shipped.manifest.outputs if o.label in not_assessed)


def test_a_call_is_made_from_the_threshold_on(shipped, radiographs):
    for radiograph in radiographs:
        for finding in shipped.assess(radiograph).findings:
            if finding.call in {Call.PRESENT, Call.ABSENT}:
                assert (finding.call is Call.PRESENT) == (finding.probability >= finding.threshold)


@given(st.floats(-2000, 2000), st.floats(0.001, 10), st.floats(0.01, 5), st.floats(-5, 5))
def test_calibration_keeps_the_order_and_stays_a_probability(logit, more, slope, intercept):
    calibration = Calibration(slope=slope, intercept=intercept)
    low, high = calibrated(calibration, logit), calibrated(calibration, logit + more)
    assert 0 <= low <= high <= 1


def test_no_finding_beside_a_finding_is_left_open():
    both = (Finding(Label.NO_FINDING, Call.PRESENT, 0.6, 0.5, 0.4), Finding(Label.EDEMA, Call.PRESENT, 0.6, 0.5, 0.4))
    none, edema = without_contradiction(both)
    assert none.call is Call.INDETERMINATE
    assert none.probability == 0.6
    assert edema.call is Call.PRESENT


def test_no_finding_alone_stands():
    alone = (Finding(Label.NO_FINDING, Call.PRESENT, 0.6, 0.5, 0.4), Finding(Label.EDEMA, Call.ABSENT, 0.1, 0.5, -2.0))
    assert without_contradiction(alone) == alone


def test_the_same_radiograph_gets_the_same_answer_from_every_thread(shipped, radiographs):
    alone = shipped.assess(radiographs[0]).findings
    with ThreadPoolExecutor(4) as pool:
        for assessment in pool.map(shipped.assess, [radiographs[0]] * 8):
            assert assessment.findings == alone


def test_the_size_at_which_a_radiograph_is_sent_does_not_change_the_answer(shipped, radiographs):
    large = Radiograph(np.kron(radiographs[0].pixels, np.ones((3, 3), np.float32)))
    for a, b in zip(shipped.assess(radiographs[0]).findings, shipped.assess(large).findings, strict=True):
        assert a.call is b.call
        assert a.logit is None or abs(a.logit - b.logit) < 1e-2


def test_a_flat_image_is_answered_with_numbers(shipped):
    for finding in shipped.assess(Radiograph(np.full((40, 30), 0.5, np.float32))).findings:
        assert finding.probability is None or 0 <= finding.probability <= 1
