"""The client is built where its sources changed, from the packages of its lock file, and its types are those of the API."""

import pytest

from service.web import SOURCES, build, openapi


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder like the client's, and what npm was asked to do in it."""
    asked: list[tuple[str, ...]] = []

    def npm(arguments, *, quiet):
        asked.append(tuple(arguments))
        (tmp_path / ("node_modules" if arguments == ["ci"] else "dist")).mkdir(exist_ok=True)

    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.tsx").write_text("begin()")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "build.py").write_text("")
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    monkeypatch.setattr(build, "_LOCK", tmp_path / "package-lock.json")
    monkeypatch.setattr(build, "_INSTALLED", tmp_path / "node_modules" / ".installed-from")
    monkeypatch.setattr(build, "_BUILT", tmp_path / "dist" / ".built-from")
    monkeypatch.setattr(build, "_npm", npm)
    return tmp_path, asked


def test_it_is_built_once_and_again_when_a_source_changed(project):
    folder, asked = project
    assert build.build()
    assert asked == [("ci",), ("run", "build")]
    assert not build.build()
    (folder / "src" / "main.tsx").write_text("begin() // otherwise")
    assert build.build()
    assert asked == [("ci",), ("run", "build"), ("run", "build")]


def test_a_source_that_is_new_or_gone_is_a_change(project):
    folder, _ = project
    build.build()
    (folder / "src" / "more.ts").write_text("")
    assert build.build()
    (folder / "src" / "more.ts").unlink()
    assert build.build()


def test_packages_are_installed_anew_when_the_lock_file_changed(project):
    folder, asked = project
    build.build()
    (folder / "package-lock.json").write_text('{"name": "x"}')
    build.npm("test")
    assert asked[-2:] == [("ci",), ("test",)]


def test_what_was_built_or_installed_or_drawn_is_no_source(project):
    folder, _ = project
    build.build()
    for name in ("dist", "node_modules", "design", "__pycache__"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "more.ts").write_text("")
    assert not build.build()


def test_the_lock_file_names_no_registry_and_every_package_by_its_digest():
    lock = (SOURCES / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity": "sha512-') > 100


def test_the_client_s_types_are_those_of_the_api():
    stated = (SOURCES / "src" / "api" / "schema.d.ts").read_text().partition("\n")[0].rpartition(" ")[2]
    assert stated == openapi.digest(), "the API changed since: type  ./dev api"


def test_what_is_only_for_readers_is_no_part_of_the_types():
    document = openapi.document()
    assert "It supports a physician" not in document
    # A property that is called so is no description.
    assert '"description": {' in document
