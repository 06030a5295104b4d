"""A multipart/related body, in whatever pieces it comes."""

import errno
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.dicomweb.related import NotRelated, RelatedReader, boundary_of
from integrations.errors import Unreadable

BOUNDARY = b"bound"
# What looks like the beginning of a boundary is the hard part.
CONTENT = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"--", b"\r\n--", b"\r\n--boun", b"--bound", b"x", b"\0"])
).map(b"".join)


def body(contents):
    parts = (b"--" + BOUNDARY + b"\r\nContent-Type: application/dicom\r\n\r\n" + c + b"\r\n" for c in contents)
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\nan epilogue means nothing"


@pytest.fixture
def read(tmp_path):
    def read(whole, cuts=(), *, most_parts=10):
        seen = []

        def keep(part):
            seen.append((part.number, part.media_type, part.path.read_bytes()))
            part.path.unlink()

        reader = RelatedReader(BOUNDARY, tmp_path, keep, most_parts=most_parts)
        try:
            places = sorted({0, len(whole), *(cut % (len(whole) + 1) for cut in cuts)})
            for start, end in pairwise(places):
                reader.feed(whole[start:end])
            reader.finish()
        finally:
            reader.close()
        return seen

    yield read
    assert not list(tmp_path.iterdir()), "nothing half is left"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(contents=st.lists(CONTENT, min_size=1, max_size=4), cuts=st.lists(st.integers(0, 10_000), max_size=30))
def test_every_part_comes_out_as_it_went_in_however_it_was_cut(read, contents, cuts):
    contents = [content for content in contents if b"\r\n--bound" not in b"\r\n" + content + b"\r\n"]
    if contents:
        told = read(body(contents), cuts)
        assert told == [(n, "application/dicom", content) for n, content in enumerate(contents, 1)]


def test_a_part_byte_by_byte(read):
    whole = body([b"one", b"two"])
    assert [content for _, _, content in read(whole, range(len(whole)))] == [b"one", b"two"]


@pytest.mark.parametrize("cut", [0, 5, 20, 50, 80])
def test_a_body_that_ends_early_is_unreadable(read, cut):
    with pytest.raises(Unreadable):
        read(body([b"one", b"two"])[:cut])


def test_too_many_parts_are_unreadable(read):
    with pytest.raises(Unreadable, match="more than 2 parts"):
        read(body([b"1", b"2", b"3"]), most_parts=2)


def test_what_the_disk_says_is_told_with_the_part_and_the_rest_goes_on(tmp_path, monkeypatch):
    told = []
    reader = RelatedReader(BOUNDARY, tmp_path, told.append, most_parts=10)
    opened = Path.open

    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            """Closed."""

    answers = [Full()]
    monkeypatch.setattr(Path, "open", lambda path, *args, **kw: answers.pop() if answers else opened(path, *args, **kw))
    reader.feed(body([b"one", b"two"]))
    reader.finish()
    assert [part.error.errno if part.error else 0 for part in told] == [errno.ENOSPC, 0]
    assert told[1].path.read_bytes() == b"two"


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ('multipart/related; type="application/dicom"; boundary=x', b"x"),
        ('Multipart/Related; Boundary="a b\'c"; Type=application/dicom', b"a b'c"),
        ("multipart/related; boundary=x", b"x"),
    ],
)
def test_the_boundary_is_read_in_the_forms_that_it_has(content_type, boundary):
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/mixed; boundary=x", "multipart/related; type=a/b; boundary=x"]
)
def test_another_media_type_is_not_related(content_type):
    with pytest.raises(NotRelated):
        boundary_of(content_type)
