"""A few thousand spoilt data sets and conversations; `./dev fuzz` does as many as one has time for."""

import pytest

from tests.fuzz import data_sets, pdus
from tests.fuzz.mutation import chance, spoil

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.slow
def test_spoilt_data_sets_are_read_or_refused(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    outcomes = data_sets.run(range(1200), 7, work)
    assert outcomes.total() == 1200
    assert min(outcomes["unreadable"], outcomes["readable"]) > 50, (
        "what is spoilt too much, or too little, tests nothing"
    )


@pytest.mark.slow
def test_spoilt_conversations_end_in_words_of_dicom(tmp_path):
    outcomes = pdus.run(range(800), 7, tmp_path)
    assert min(outcomes["accepted then aborted"], outcomes["accepted then answered then released"]) > 50


def test_the_same_seed_and_number_spoil_in_the_same_way():
    whole = bytes(range(256)) * 40
    assert spoil(whole, chance(1, 5), 4096) == spoil(whole, chance(1, 5), 4096)
    assert len({spoil(whole, chance(1, number), 4096) for number in range(50)}) == 50
