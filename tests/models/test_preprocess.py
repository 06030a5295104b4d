import numpy as np
import pytest
import torch

from models.preprocess import Preprocessing, reduce_by_area, standardise
from models.radiograph import Radiograph

PREPROCESSING = Preprocessing(detail_px=64, input_px=128)


@pytest.mark.parametrize("shape", [(64, 64), (512, 512), (1955, 1841), (300, 900), (37, 2000), (8, 8)])
def test_every_size_and_shape_becomes_the_network_input(shape):
    pixels = np.random.default_rng(0).random(shape, np.float32)
    x = PREPROCESSING(Radiograph(pixels))
    assert x.shape == (1, 3, 128, 128)
    assert x.dtype == np.float32
    assert abs(x.mean()) < 1e-4
    assert abs(x.std() - 1) < 1e-3


def test_area_reduction_is_the_mean_of_blocks():
    pixels = np.random.default_rng(0).random((512, 256), np.float32)
    blocks = pixels.reshape(64, 8, 64, 4).mean(axis=(1, 3))
    assert np.allclose(reduce_by_area(pixels, 64), blocks, atol=1e-6)


def test_area_reduction_shares_a_pixel_between_the_cells_that_it_crosses():
    pixels = np.array([[0, 1, 0]], np.float32)
    assert np.allclose(reduce_by_area(pixels, 2), [[1 / 3, 1 / 3], [1 / 3, 1 / 3]])


def test_area_reduction_repeats_pixels_that_are_fewer_than_cells_and_averages_the_others():
    pixels = np.random.default_rng(0).random((2, 512), np.float32)
    blocks = pixels.reshape(2, 4, 128).mean(axis=2)
    assert np.allclose(reduce_by_area(pixels, 4), np.repeat(blocks, 2, axis=0), atol=1e-6)


def test_the_network_cannot_tell_at_which_resolution_an_image_was_sent(radiographs):
    small = Radiograph(reduce_by_area(radiographs[0].pixels, 64))
    assert np.allclose(PREPROCESSING(radiographs[0]), PREPROCESSING(small), atol=1e-4)


def test_exposure_is_taken_out(radiographs):
    darker = Radiograph(radiographs[0].pixels * np.float32(0.5) + np.float32(0.1))
    assert np.allclose(PREPROCESSING(radiographs[0]), PREPROCESSING(darker), atol=1e-3)


def test_a_flat_image_stays_flat():
    assert not standardise(torch.full((1, 1, 8, 8), 0.3)).any()
