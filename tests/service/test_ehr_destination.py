"""The EHR as a destination: how it is called, and what its receipt says of the proof."""

import json
from uuid import uuid4

import pytest
from pydantic import ValidationError

from integrations.errors import Rejected, Unavailable
from service.client_keys import ClientKeys
from service.commitments import Commitments
from service.destinations import Contents, Destination, Ehr, build
from service.records import Parcel
from service.settings import Settings

SEARCH = "DiagnosticReport?identifier=https://diafan.example/fhir/identifier/report|1"
BUNDLE = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "resource": {"resourceType": "Observation"},
            "request": {"method": "PUT", "url": "Observation?identifier=x|1"},
        },
        {"resource": {"resourceType": "DiagnosticReport"}, "request": {"method": "PUT", "url": SEARCH}},
    ],
}
FOUND = {"location": "DiagnosticReport/7", "version": "2"}


class Server:
    """A FHIR server that takes what it is given, says where or not, and answers searches as it is told."""

    def __init__(self, location="", found=FOUND, **more):
        self.location, self.found, self.more, self.searches = location, found, more, []

    def transact(self, bundle, held):
        entries = [
            {"resource": e["resource"]["resourceType"], "status": "200", "location": self.location, "version": ""}
            for e in bundle["entry"]
        ]
        return {"entries": entries, **self.more}

    def find(self, search):
        self.searches.append(search)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def contents(tmp_path):
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(BUNDLE))
    return Contents(Parcel.REPORT, "1.2.3", [], file, delivery_id=uuid4())


def test_a_transaction_that_is_answered_with_places_is_delivered(contents):
    server = Server(location="DiagnosticReport/7")
    receipt = Ehr("ehr", server).deliver(contents, again=False)
    assert receipt["proof"] == "transaction answered"
    assert len(receipt["entries"]) == 2
    assert server.searches == []


def test_what_needs_an_id_of_ours_is_left_out_where_the_server_gives_ids_itself_and_every_entry_has_its_receipt(
    contents,
):
    named = {"resource": {"resourceType": "Provenance"}, "request": {"method": "PUT", "url": "Provenance/a-b"}}
    contents.bundle.write_text(json.dumps({**BUNDLE, "entry": [BUNDLE["entry"][0], named, BUNDLE["entry"][1]]}))
    taken = Ehr("ehr", Server(location="X/7")).deliver(contents, again=False)
    assert [e["status"] for e in taken["entries"]] == ["200", "200", "200"]
    without = Ehr("ehr", Server(location="X/7"), client_ids=False).deliver(contents, again=False)
    assert [(e["resource"], e["status"]) for e in without["entries"]] == [
        ("Observation", "200"),
        ("Provenance", "left out"),
        ("DiagnosticReport", "200"),
    ]
    assert without["proof"] == "transaction answered without Provenance: the server gives ids itself"


def test_a_report_without_a_place_is_looked_for_by_its_identifier(contents):
    server = Server()
    receipt = Ehr("ehr", server).deliver(contents, again=False)
    assert server.searches == [SEARCH]
    assert (receipt["proof"], receipt["report"]) == ("transaction answered, found by its identifier", FOUND)


def test_where_no_search_is_answered_the_receipt_says_so(contents):
    receipt = Ehr("ehr", Server(found=Rejected("the server answered 403: forbidden"))).deliver(contents, again=False)
    assert receipt["proof"] == "transaction answered, only: the server answered 403: forbidden"


@pytest.mark.parametrize("found", [None, Unavailable("the server answered 503")])
def test_a_report_that_is_not_found_is_not_delivered_yet(contents, found):
    with pytest.raises(Unavailable):
        Ehr("ehr", Server(found=found)).deliver(contents, again=False)


def test_what_was_withheld_stands_in_the_proof(contents):
    server = Server("DiagnosticReport/7", attachments="withheld: the server takes no transaction of this size")
    receipt = Ehr("ehr", server).deliver(contents, again=False)
    assert "without the report's attachments" in receipt["proof"]
    assert receipt["attachments"].startswith("withheld")


def test_what_is_no_report_is_refused(tmp_path):
    with pytest.raises(Rejected, match="reports only"):
        Ehr("ehr", Server()).deliver(Contents(Parcel.RESULTS, "1.2.3", [], delivery_id=uuid4()), again=False)


EHR = {"kind": "ehr", "name": "ehr", "base_url": "https://ehr.example/fhir"}
WEB = {"kind": "dicomweb", "name": "web", "base_url": "https://pacs.example/dicom-web"}
BY_KEY = {"client_authentication": "private_key_jwt", "client_id": "diafan", "token_url": "https://id.example/token"}


@pytest.mark.parametrize("place", [EHR, WEB])
def test_who_names_itself_by_a_key_has_one_from_the_start(diafan, tmp_path, place):
    commitments = Commitments(diafan.engine, diafan.clock, wake=lambda *_: None)
    for fields, has_key in ((BY_KEY | {"client_authentication": "client_secret_basic"}, False), (BY_KEY, True)):
        settings = Settings(data_dir=tmp_path, destinations=[place | fields])
        (built,) = build(settings, commitments).values()
        assert isinstance(built, Destination)
        assert (ClientKeys(tmp_path / "keys" / "client").signing() is not None) is has_key


@pytest.mark.parametrize("place", [EHR, WEB])
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"token_url": None}, "needs token_url and client_id"),
        ({"client_id": ""}, "needs token_url and client_id"),
        ({"client_secret": "s3cret"}, "give one of them"),
    ],
)
def test_a_client_with_a_key_is_a_whole_one(place, fields, told):
    assert Settings(destinations=[place | BY_KEY]).destinations[0].client_id == "diafan"
    with pytest.raises(ValidationError, match=told):
        Settings(destinations=[place | BY_KEY | fields])
