"""QIDO-RS: what is found, by which attributes, what the answer says of what it could not do, and what the log knows."""

import pydicom
import pytest
import sqlalchemy as sa
from pydicom.dataset import Dataset

from service.access import Scope
from service.api.dicomweb_query import Level, matched
from service.records import StudyHeader
from tests.instances import CARDIOMEGALY, CT, make_instance
from tests.peers.process import wait_for
from tests.service.api_client import READ_WRITE, is_problem, upload

NAME = "Zażółć^Kanarek=山田^太郎"
ELEMENTS = {
    "SpecificCharacterSet": "ISO_IR 192",
    "PatientName": NAME,
    "PatientID": "QIDO-4711",
    "PatientSex": "F",
    "PatientBirthDate": "19500131",
    "AccessionNumber": "QIDO_1%",
    "StudyID": "QIDO-S-1",
    "StudyDate": "20240229",
    "StudyTime": "1015",
    "ReferringPhysicianName": "Wiśniewska^Anna=山田^花子",
    "StudyDescription": "Thorax p.a.",
    "SeriesNumber": "7",
    "SeriesDescription": "Röntgen",
    "InstanceNumber": "3",
}


@pytest.fixture(scope="module")
def held(api, tmp_path_factory):
    """Upload an image of somebody with a name, process it, and return its header."""
    file = make_instance(tmp_path_factory.mktemp("dicom"), CARDIOMEGALY, **ELEMENTS)
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
    api.process(result["image_id"])
    return pydicom.dcmread(file, stop_before_pixels=True)


@pytest.fixture
def client(api):
    with api.client(Scope.STUDY_READ, subject="viewer") as client:
        yield client


def search(client, path="/studies", **parameters):
    answer = client.get(f"/dicom-web{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/dicom+json"
    return [Dataset.from_json(found) for found in answer.json()]


def test_a_study_is_told_as_the_standard_says(client, api, held):
    [study] = search(client, PatientID="QIDO-4711")
    assert study.PatientName == NAME
    assert (study.PatientID, study.PatientSex, study.PatientBirthDate) == ("QIDO-4711", "F", "19500131")
    assert (study.StudyDate, study.AccessionNumber, study.StudyDescription) == ("20240229", "QIDO_1%", "Thorax p.a.")
    assert (study.StudyID, study.StudyTime) == ("QIDO-S-1", "1015")
    assert study.ReferringPhysicianName == ELEMENTS["ReferringPhysicianName"]
    assert study.StudyInstanceUID == held.StudyInstanceUID
    assert "DX" in study.ModalitiesInStudy
    assert "OT" in study.ModalitiesInStudy
    assert study.NumberOfStudyRelatedSeries >= 2
    assert study.NumberOfStudyRelatedInstances >= 3
    assert study.RetrieveURL == f"{api.diafan.settings.api_url}/dicom-web/studies/{held.StudyInstanceUID}"
    assert study.SpecificCharacterSet == "ISO_IR 192"


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("PatientName", "zażółć*", True),
        ("PatientName", "*KANAREK*", True),
        ("PatientName", "Zażółć^Kanarek", True),
        ("PatientName", "山田*", True),
        ("PatientName", "*山田*", True),
        ("PatientName", "Kanarek", False),
        ("00100010", "Za?ółć*", True),
        ("PatientID", "QIDO-471?", True),
        ("00100020", "QIDO-4711", True),
        ("AccessionNumber", "QIDO_1%", True),
        ("AccessionNumber", "QIDOx1*", False),
        ("AccessionNumber", "QIDO_1_", False),
        ("StudyDate", "20240229", True),
        ("StudyDate", "20240101-20241231", True),
        ("StudyDate", "20240301-", False),
        ("StudyDate", "-20240229", True),
        ("StudyID", "QIDO-S-1", True),
        ("00200010", "qido-s-?", True),
        ("StudyID", "QIDO-S", False),
        ("StudyTime", "101500", True),
        ("StudyTime", "10", True),
        ("StudyTime", "1016", False),
        ("StudyTime", "1000-1015", True),
        ("StudyTime", "101500.000001-", False),
        ("StudyTime", "101459.999999-101500.0", True),
        ("StudyTime", "-1014", False),
        ("00080030", "1015-", True),
        ("ReferringPhysicianName", "wiśniewska*", True),
        ("00080090", "山田^花子", True),
        ("ReferringPhysicianName", "Anna", False),
        ("StudyDescription", "thorax*", True),
        ("PatientBirthDate", "19500131", True),
        ("ModalitiesInStudy", "DX", True),
        ("ModalitiesInStudy", "CT", False),
        ("00080061", "CT,DX", True),
        ("Modality", "OT", True),
        ("Modality", "O?", True),
        ("ModalitiesInStudy", "C*,D*", True),
        ("ModalitiesInStudy", "*", True),
        ("ModalitiesInStudy", "C?,CT", False),
        ("PatientName", "", True),
    ],
)  # fmt: skip
def test_studies_are_matched_by_their_attributes(client, held, name, value, is_found):
    found = search(client, **({"StudyInstanceUID": held.StudyInstanceUID} | {name: value}))
    assert [s.StudyInstanceUID for s in found] == ([held.StudyInstanceUID] if is_found else [])


def test_studies_are_matched_by_what_is_in_them(client, held):
    for name in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
        [study] = search(client, **{name: f"1.2.3.4.999,{held[name].value}"})
        assert study.StudyInstanceUID == held.StudyInstanceUID
        assert study.NumberOfStudyRelatedInstances >= 3, "what was made of it counts, whatever it was found by"
    answer = client.get(
        "/dicom-web/studies", params=[("StudyInstanceUID", "1.2.3.4.999"), ("StudyInstanceUID", held.StudyInstanceUID)]
    )
    assert len(answer.json()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("StudyInstanceUID", "Kowalski"),
        ("StudyDate", "yesterday"),
        ("StudyDate", "-"),
        ("StudyDate", "2024022920240301"),
        ("StudyTime", "10:15"),
        ("StudyTime", "-"),
        ("StudyTime", "101500.-"),
        ("Modality", "D" * 17),
        ("PatientID", "a\0b"),
        ("PatientName", "a\0b"),
        ("limit", "many"),
        ("offset", "-1"),
    ],
)
def test_a_value_without_the_form_of_its_attribute_is_refused_and_not_repeated(client, name, value):
    answer = client.get("/dicom-web/studies", params={name: value})
    assert is_problem(answer, 400)["invalid"] == [{"name": f"query.{name}", "rule": "form"}]
    assert "Kowalski" not in answer.text


def test_what_cannot_be_matched_by_is_not_used_and_is_said(client, held):
    answer = client.get(
        "/dicom-web/studies",
        params={
            "PatientID": "QIDO-4711",
            "OperatorsName": "Kowalski",
            "99999999": "Kowalski",
            "fuzzymatching": "true",
        },
    )
    assert [s["0020000D"]["Value"] for s in answer.json()] == [[held.StudyInstanceUID]]
    warnings = answer.headers["warning"]
    assert warnings.count("299 diafan") == 2
    assert "it was not used" in warnings
    assert "fuzzymatching is not supported" in warnings
    assert "Kowalski" not in warnings


@pytest.mark.parametrize(
    "asked", [{"OperatorsName": "Kowalski"}, {"99999999": "Kowalski", "PatientID": ""}, {"SeriesNumber": "7"}]
)
def test_who_asks_by_nothing_that_is_matched_by_is_told_so_and_shown_nobody(client, api, held, asked):
    answer = client.get("/dicom-web/studies", params={**asked, "limit": "10"})
    problem = is_problem(answer, 400)
    assert problem["type"] == "urn:diafan:problem:unsupported-key"
    assert {*problem["supported"]} == {*matched(Level.STUDIES)}
    assert all(name in problem["detail"] for name in matched(Level.STUDIES))
    assert "Kowalski" not in answer.text
    assert api.log(answer.headers["x-request-id"]) == []


def test_an_attribute_without_a_value_is_no_condition(client, held):
    for asked in ({}, {"PatientID": ""}, {"OperatorsName": ""}):
        assert client.get("/dicom-web/studies", params=asked).json()


def test_what_clients_say_beside_attributes_asks_for_nothing(client, held):
    for said in ({"orderby": "-StudyDate"}, {"_": "1732650000"}, {"emptyvaluematching": "true", "accept": "*/*"}):
        answer = client.get("/dicom-web/studies", params={**said, "limit": "5"})
        assert answer.status_code == 200
        assert answer.json()
        assert "it was not used" in answer.headers["warning"]


def test_a_time_that_is_none_is_in_no_range(client, api, tmp_path):
    file = make_instance(tmp_path, StudyTime="about noon", PatientID="QIDO-NOON")
    with api.client(*READ_WRITE) as sender:
        upload(sender, file.read_bytes())
    [study] = search(client, PatientID="QIDO-NOON")
    assert study.StudyTime == "about noon"
    for value in ("00-", "-235959", "12"):
        assert search(client, PatientID="QIDO-NOON", StudyTime=value) == []


def test_what_a_viewer_asks_beside_is_tolerated(client, held):
    """OHIF's own list of studies."""
    answer = client.get(
        "/dicom-web/studies",
        params={
            "PatientID": "*QIDO-4711*",
            "limit": "101",
            "offset": "0",
            "fuzzymatching": "false",
            "includefield": "00081030,00080060,00080090",
        },
    )
    assert len(answer.json()) == 1
    assert "warning" not in answer.headers


def test_pages_go_on_until_nothing_is_left(client, api, held, tmp_path):
    for n in range(2):
        file = make_instance(tmp_path, name=f"{n}.dcm", PatientID="QIDO-PAGES")
        with api.client(*READ_WRITE) as sender:
            upload(sender, file.read_bytes())
    seen = []
    for offset in range(2):
        answer = client.get("/dicom-web/studies", params={"PatientID": "QIDO-PAGES", "limit": 1, "offset": offset})
        seen += [s["0020000D"]["Value"][0] for s in answer.json()]
        assert ("more results" in answer.headers.get("warning", "")) == (offset == 0)
    assert len(set(seen)) == 2
    assert search(client, PatientID="QIDO-PAGES", offset=2) == []


def test_series_and_instances_are_told_from_their_files(client, api, held):
    study = f"/studies/{held.StudyInstanceUID}"
    series = {str(s.SeriesInstanceUID): s for s in search(client, f"{study}/series")}
    own = series[held.SeriesInstanceUID]
    assert (own.Modality, own.SeriesNumber, own.SeriesDescription) == ("DX", 7, "Röntgen")
    assert own.NumberOfSeriesRelatedInstances == 1
    assert "OT" in {s.Modality for s in series.values()}
    [instance] = search(client, f"{study}/series/{held.SeriesInstanceUID}/instances")
    assert (instance.SOPInstanceUID, instance.SOPClassUID) == (held.SOPInstanceUID, held.SOPClassUID)
    assert (instance.InstanceNumber, instance.Rows, instance.Columns) == (3, held.Rows, held.Columns)
    assert instance.AvailableTransferSyntaxUID == held.file_meta.TransferSyntaxUID
    assert instance.RetrieveURL.endswith(f"{study}/series/{held.SeriesInstanceUID}/instances/{held.SOPInstanceUID}")
    every = search(client, f"{study}/instances")
    assert len(every) == sum(s.NumberOfSeriesRelatedInstances for s in series.values())
    assert [s.Modality for s in search(client, f"{study}/series", Modality="DX")] == ["DX"]
    assert [s.SeriesInstanceUID for s in search(client, f"{study}/series", SeriesNumber="7")] == [
        held.SeriesInstanceUID
    ]
    assert search(client, f"{study}/series", SeriesNumber="77") == []
    for asked in ({"InstanceNumber": "3", "SeriesNumber": "007"}, {"00200013": "3", "Modality": "D*"}):
        assert [i.SOPInstanceUID for i in search(client, f"{study}/instances", **asked)] == [held.SOPInstanceUID]
    assert search(client, f"{study}/instances", InstanceNumber="3", SeriesNumber="8") == []
    for number in ("x", "7-8", "*"):
        is_problem(client.get(f"/dicom-web{study}/series", params={"SeriesNumber": number}), 400)
    assert search(client, f"{study}/instances", SOPInstanceUID="1.2.3") == []
    assert search(client, f"{study}/instances", PatientID="somebody else") == []
    assert len(search(client, f"{study}/instances", limit=1, offset=1)) == 1


def test_what_is_not_held_is_not_found(client, api, tmp_path):
    file = make_instance(tmp_path, CT)
    header = pydicom.dcmread(file, stop_before_pixels=True)
    with api.client(*READ_WRITE) as sender:
        assert upload(sender, file.read_bytes()).json()["results"][0]["outcome"] == "declined"
    assert search(client, StudyInstanceUID=header.StudyInstanceUID) == []
    assert search(client, f"/studies/{header.StudyInstanceUID}/instances") == []


def test_only_the_newest_revision_of_an_image_is_shown(client, api, tmp_path):
    file = make_instance(tmp_path, PatientName="Wrong^Name", PatientID="QIDO-REVISED")
    dataset = pydicom.dcmread(file)
    with api.client(*READ_WRITE) as sender:
        upload(sender, file.read_bytes())
        dataset.PatientName = "Right^Name"
        dataset.save_as(file)
        upload(sender, file.read_bytes())
    [study] = search(client, PatientID="QIDO-REVISED")
    assert (study.PatientName, study.NumberOfStudyRelatedInstances) == ("Right^Name", 1)


def test_what_was_not_kept_of_a_header_before_is_there_when_an_image_of_the_study_comes(client, api, tmp_path):
    said = {"PatientID": "QIDO-BEFORE", "StudyID": "S-9", "ReferringPhysicianName": "Lis^Ewa"}
    first = make_instance(tmp_path, **said)
    uid = str(pydicom.dcmread(first, stop_before_pixels=True).StudyInstanceUID)
    with api.client(*READ_WRITE) as sender:
        upload(sender, first.read_bytes())
        with api.diafan.engine.begin() as db:
            empty = {"study_id": "", "study_time": "", "referring_physician": ""}
            db.execute(sa.update(StudyHeader).where(StudyHeader.study_instance_uid == uid).values(empty))
        [study] = search(client, PatientID="QIDO-BEFORE")
        assert not study.get("StudyID")
        upload(sender, make_instance(tmp_path, name="next.dcm", **said, StudyInstanceUID=uid).read_bytes())
    [study] = search(client, PatientID="QIDO-BEFORE", StudyID="S-9")
    assert study.ReferringPhysicianName == "Lis^Ewa"


def test_a_search_is_in_the_log_without_what_was_asked(client, api, held):
    # Other tests have sent in patients of this name, too.
    answer = client.get(
        "/dicom-web/studies", params={"PatientName": "*Kanarek*", "StudyInstanceUID": held.StudyInstanceUID}
    )
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["detail"]) == ("studies-queried", {"kind": "dicomweb", "count": 1})
    assert "Kanarek" not in str(event)
    answer = client.get(f"/dicom-web/studies/{held.StudyInstanceUID}/series")
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["study"]) == ("study-shown", api.names(held.StudyInstanceUID)[0])
    assert event["detail"]["kind"] == "dicomweb-series"
    assert event["patient"].startswith("p-")


def test_the_access_line_of_a_search_holds_no_name(client, api, held, caplog):
    caplog.set_level("DEBUG", logger="service")
    answer = client.get("/dicom-web/studies", params={"PatientName": "*Kanarek*"})

    def line():
        return next((r for r in caplog.records if getattr(r, "request_id", "") == answer.headers["x-request-id"]), None)

    record = wait_for(line, 10, "the access line")
    assert record.route == "/dicom-web/studies"
    assert "Kanarek" not in caplog.text + str([vars(r) for r in caplog.records if r.name.startswith("service")])


def test_every_attribute_that_is_matched_by_is_documented(api):
    with api.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    for path, item in paths.items():
        level = path.rpartition("/")[2]
        if path.startswith("/dicom-web") and level in {*Level}:
            named = {p["name"] for p in item["get"]["parameters"]}
            assert named >= {*matched(Level(level)), "limit", "offset"}, path


def test_who_takes_no_json_is_told(client):
    answer = client.get("/dicom-web/studies", headers={"Accept": 'multipart/related; type="application/dicom+xml"'})
    is_problem(answer, 406)
