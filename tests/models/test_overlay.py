import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.assessment import Assessment, Call, Explanation, Finding, ModelIdentity
from models.explain import peak
from models.labels import Label
from models.overlay import FULL_SCALE_LOGIT, colour_of, render_overlay
from models.page import WHITE, Column, _font, grey, page_geometry
from models.radiograph import LONG_SIDE_PX, Radiograph
from models.summary import render_summary

MODEL = ModelIdentity("test", "1", "ab" * 32)
FINDING = Finding(Label.EDEMA, Call.PRESENT, 0.6, 0.5, 0.4)
USE = "research use, not for diagnosis"


def radiograph(rows=300, columns=400, value=0.4):
    return Radiograph(np.full((rows, columns), value, np.float32), (0.2, 0.2))


def overlay(source, evidence, finding=FINDING):
    explanation = Explanation(finding.label, evidence, peak(evidence))
    geometry = page_geometry(source)
    page = render_overlay(source, finding, explanation, MODEL, USE)
    return page[: geometry.height_px, : geometry.width_px].astype(int)


def one_cell(value, row=3, column=5):
    evidence = np.zeros((8, 8), np.float32)
    evidence[row, column] = value
    return evidence


def test_the_scale_is_absolute_and_weak_evidence_stays_weak():
    source = radiograph()
    plain = grey(source, page_geometry(source)).astype(int)[..., None]
    change = [
        np.median(np.abs(overlay(source, np.full((8, 8), share * FULL_SCALE_LOGIT, np.float32)) - plain))
        for share in (0.02, 0.25, 1.0, 4.0)
    ]
    assert change[0] < 3 < change[1] < change[2] == change[3]


def test_evidence_of_another_image_does_not_change_this_one():
    alone, scale = colour_of(np.array([0.1], np.float32)), colour_of(np.array([0.1, 5.0], np.float32))
    assert np.array_equal(alone[0][0], scale[0][0])
    assert alone[1][0] == scale[1][0]


def test_the_radiograph_is_untouched_where_there_is_no_positive_evidence():
    source = radiograph()
    for evidence in (np.zeros((8, 8), np.float32), np.full((8, 8), -3, np.float32)):
        assert np.array_equal(
            overlay(source, evidence), np.repeat(grey(source, page_geometry(source))[..., None], 3, 2)
        )


@pytest.mark.parametrize(("rows", "columns"), [(1000, 1400), (1400, 700), (512, 512), (3000, 2000), (80, 60)])
def test_colour_lies_on_the_cell_that_it_belongs_to(rows, columns):
    source = radiograph(rows, columns)
    picture = overlay(source, one_cell(1.0))
    assert abs(picture.shape[0] / picture.shape[1] - rows / columns) < 0.01
    reddest = (picture[..., 0] - picture[..., 2]) > 60
    y, x = np.nonzero(reddest)
    geometry = page_geometry(source)
    centre = geometry.on_page(3.5 / 8 * rows, 5.5 / 8 * columns)
    assert abs(y.mean() - centre[0]) < 0.2 * geometry.height_px / 8
    assert abs(x.mean() - centre[1]) < 0.2 * geometry.width_px / 8


@pytest.mark.parametrize(("rows", "columns"), [(900, 1500), (1500, 900), (700, 650)])
@pytest.mark.parametrize(("row", "column"), [(0.13, 0.8), (0.5, 0.31), (0.91, 0.07)])
def test_a_planted_blob_is_found_where_it_was_planted_within_one_cell(brightness, rows, columns, row, column):
    y, x = np.mgrid[:rows, :columns]
    blob = np.exp(-(((y - row * rows) / (0.05 * rows)) ** 2 + ((x - column * columns) / (0.05 * columns)) ** 2))
    source = Radiograph((0.1 + 0.8 * blob).astype(np.float32))
    assessment = brightness.assess(source)
    finding = next(f for f in assessment.called if f.label is Label.PLEURAL_EFFUSION)
    explanation = assessment.explanations[finding.label]
    picture = render_overlay(source, finding, explanation, assessment.model, USE).astype(int)
    geometry = page_geometry(source)
    inside = picture[: geometry.height_px, : geometry.width_px]
    warmth = np.clip(inside[..., 0] - inside[..., 2], 0, None).astype(float)
    centre_y = (warmth.sum(axis=1) @ np.arange(geometry.height_px)) / warmth.sum()
    centre_x = (warmth.sum(axis=0) @ np.arange(geometry.width_px)) / warmth.sum()
    planted_y, planted_x = geometry.on_page(row * rows, column * columns)
    assert abs(centre_y - planted_y) < geometry.height_px / 8
    assert abs(centre_x - planted_x) < geometry.width_px / 8


def test_the_peak_cell_is_outlined_at_its_size():
    source = radiograph(800, 1600)
    picture = overlay(source, one_cell(0.001))
    white = (picture > 230).all(axis=2)
    y, x = np.nonzero(white)
    geometry = page_geometry(source)
    assert np.allclose([y.min(), x.min()], geometry.on_page(300, 1000), atol=2)
    assert np.allclose([y.max() + 1, x.max() + 1], geometry.on_page(400, 1200), atol=2)


def test_long_side_is_kept_within_its_limit():
    for rows, columns in ((4000, 3000), (100, 50), (1200, 1100)):
        geometry = page_geometry(radiograph(rows, columns))
        assert 1024 <= max(geometry.height_px, geometry.width_px) <= LONG_SIDE_PX


def test_what_is_not_assessed_is_never_drawn():
    finding = Finding(Label.FRACTURE, Call.NOT_ASSESSED)
    with pytest.raises(ValueError, match="not assessed"):
        overlay(radiograph(), one_cell(1.0), finding)


def test_what_is_exploratory_is_drawn_and_says_that_it_is_no_call(monkeypatch):
    said = []
    monkeypatch.setattr(Column, "words", lambda _self, text, *_, **__: said.append(text))
    exploratory = Finding(Label.FRACTURE, Call.NOT_ASSESSED, 0.37, None, -0.53)
    source = radiograph()
    picture = overlay(source, one_cell(1.0), exploratory)
    assert not np.array_equal(picture, overlay(source, np.zeros((8, 8), np.float32), exploratory))
    assert "exploratory: no call" in said
    assert any("0.37, without a threshold" in text for text in said)


def test_an_indeterminate_answer_is_named_so_on_the_summary(monkeypatch):
    written = []
    monkeypatch.setattr(Column, "at", lambda _self, _x, text, *_, **__: written.append(text))
    absent = Finding(Label.PNEUMONIA, Call.ABSENT, 0.2, 0.5, -1.0)
    findings = (
        Finding(Label.EDEMA, Call.INDETERMINATE, 0.52, 0.5, 0.1),
        Finding(Label.FRACTURE, Call.NOT_ASSESSED, 0.9, None, 2.0),
        absent,
    )
    render_summary(radiograph(), Assessment(MODEL, findings, {}), USE)
    places = [written.index(word) for word in ("Indeterminate", "Edema", "Other answers", "Pneumonia")]
    assert places == sorted(places)
    assert "Fracture" in " ".join(written)
    assert not any("0.9" in text for text in written)


def test_an_explanation_of_another_label_is_never_drawn():
    explanation = Explanation(Label.FRACTURE, one_cell(1.0), (3, 5))
    with pytest.raises(ValueError, match="the explanation is of"):
        render_overlay(radiograph(), FINDING, explanation, MODEL, USE)


def test_the_same_input_gives_the_same_bytes(brightness, radiographs):
    assessment = brightness.assess(radiographs[0])
    pages = [render_summary(radiographs[0], assessment, USE) for _ in range(2)]
    assert np.array_equal(*pages)
    assert pages[0].dtype == np.uint8
    assert pages[0].shape[2] == 3


def test_no_word_runs_out_of_the_page(brightness, radiographs):
    assessment = brightness.assess(radiographs[0])
    long_use = " ".join(["Nicht zur Befundung; ausschließlich für Forschungszwecke."] * 12)
    for source in (radiographs[0], radiograph(300, 1500), radiograph(1500, 300)):
        page = render_summary(source, assessment, long_use)
        edges = np.concatenate([page[-8:, -400:].reshape(-1, 3), page[:, -8:].reshape(-1, 3)])
        assert (edges == page[-1, -1]).all()


@pytest.mark.parametrize("cells", [(1, 1), (4, 4), (7, 5), (8, 8), (3, 200)])
@pytest.mark.parametrize(("rows", "columns"), [(1536, 1259), (1500, 300), (80, 60)])
def test_a_picture_is_bit_for_bit_what_pillow_blends(cells, rows, columns):
    random = np.random.default_rng(rows + cells[0])
    source, evidence = Radiograph(random.random((rows, columns), np.float32)), random.normal(0, 0.1, cells)
    geometry = page_geometry(source)
    share = Image.fromarray(np.clip(evidence.astype(np.float32) / FULL_SCALE_LOGIT, 0, 1) * 255)
    step = share.resize((geometry.width_px, geometry.height_px), Image.Resampling.BILINEAR).convert("L")
    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, 256, dtype=np.float32))
    opacity = step.point(np.round(alpha * 255).astype(int).tolist())
    step.putpalette(np.round(colour).astype(np.uint8).tobytes())
    under = Image.fromarray(grey(source, geometry)).convert("RGB")
    blended = np.asarray(Image.composite(step.convert("RGB"), under, opacity))
    page = render_overlay(source, FINDING, Explanation(FINDING.label, evidence.astype(np.float32), None), MODEL, USE)
    assert np.array_equal(page[: geometry.height_px, : geometry.width_px], blended)


@pytest.mark.parametrize("anchor", ["la", "ma", "ra"])
def test_a_line_that_was_kept_looks_as_if_it_were_written_anew(anchor):
    text, offset = "Peak +0.123: cell outlined, gjpq", 300 + np.pi
    for part in (0, 0.01, 0.25, 0.5, 0.507, 0.51, 0.75, 0.999):
        kept, anew = (Image.new("RGB", (700, 60)) for _ in range(2))
        column = Column(1.0, 700.0)
        column.at(offset, text, 27, anchor=anchor)
        for _ in range(2):
            kept.paste((0, 0, 0), (0, 0, *kept.size))
            column.draw(kept, 0, 10 + part)
        ImageDraw.Draw(anew).text((offset, 10 + part), text, WHITE, _font(27, bold=False), anchor)
        assert kept.tobytes() == anew.tobytes(), part
