import numpy as np
import torch
from torchvision.models import resnet18

from models.explain import grad_cam_closed_form, peak
from models.explain_by_library import grad_cam_by_library
from models.labels import LABELS
from models.network import features_and_logits


def test_closed_form_is_grad_cam_of_the_library_on_real_images(shipped, network, radiographs):
    for radiograph in radiographs[:2]:
        x = torch.from_numpy(shipped.manifest.preprocessing(radiograph))
        with torch.no_grad():
            features, _ = features_and_logits(network, x)
            ours = grad_cam_closed_form(features[0], network.fc.weight).numpy()
        theirs = grad_cam_by_library(network, x)
        assert ours.shape == theirs.shape == (14, 8, 8)
        assert ours.min() < 0 < ours.max()
        assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()


def test_evidence_sums_to_logit_minus_bias(shipped, network, radiographs):
    for radiograph in radiographs:
        assessment = shipped.assess(radiograph)
        for finding in assessment.findings:
            if finding.logit is not None:
                bias = network.fc.bias[LABELS.index(finding.label)].item()
                total = assessment.explanations[finding.label].evidence.astype(np.float64).sum()
                assert abs(total - (finding.logit - bias)) < 1e-4


def test_features_and_logits_are_those_of_the_whole_network(shipped, network, radiographs):
    x = torch.from_numpy(shipped.manifest.preprocessing(radiographs[0]))
    with torch.no_grad():
        assert torch.allclose(features_and_logits(network, x)[1], network(x), atol=1e-5)


def test_other_methods_and_other_networks_go_through_the_library():
    network = resnet18(weights=None, num_classes=3).eval()
    x = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    for method in ("grad-cam", "grad-cam++", "layer-cam"):
        maps = grad_cam_by_library(network, x, method=method, layer=network.layer3)
        assert maps.shape == (3, 4, 4)
        assert np.isfinite(maps).all()
    assert grad_cam_by_library(network, x, method="layer-cam").min() >= 0


def test_the_library_leaves_nothing_in_the_network():
    network = resnet18(weights=None, num_classes=2).eval()
    grad_cam_by_library(network, torch.zeros(1, 3, 64, 64))
    assert not any(module._forward_hooks for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_peak_is_the_strongest_cell_and_nothing_where_no_cell_is_positive():
    evidence = np.array([[-1, 0.2], [0.5, 0.1]], np.float32)
    assert peak(evidence) == (1, 0)
    assert peak(-np.ones((2, 2), np.float32)) is None
    assert peak(np.zeros((2, 2), np.float32)) is None
