"""The conformance statement against the network: what is negotiated and answered by the program that it is about."""

import re
from contextlib import contextmanager

import pydicom
import pytest
from commitment_peer import Archive, call_back
from conformance_tables import table
from dicom_samples import PLAIN
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian
from pynetdicom import AE, build_role, evt
from pynetdicom.presentation import AllStoragePresentationContexts
from pynetdicom.sop_class import StorageCommitmentPushModel, Verification
from result_samples import CREATED, MODEL, results_of

from integrations import dimse
from integrations.dimse import commitment
from integrations.encoding import Syntax
from integrations.errors import Mismatched, Rejected, Unavailable, Unreadable
from integrations.rejection_note import RejectionReason, build_rejection_note
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from tests.dicom_peer import listening

SYNTAXES = [uid for _, uid in table("3.1.3")]
PLAIN_SYNTAXES = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"]
OTHER_SYNTAXES = sorted(
    uid for uid in pydicom.uid.UID_dictionary if UID(uid).is_transfer_syntax and uid not in SYNTAXES
)
STRANGERS = [
    "1.2.840.10008.5.1.4.1.2.2.1",  # Study Root FIND, of which Diafan is SCU only
    "1.2.840.10008.5.1.4.1.2.2.2",
    "1.2.840.10008.5.1.4.1.2.2.3",
    "1.2.840.10008.5.1.4.31",  # Modality Worklist
    "1.2.840.10008.3.1.2.3.3",  # Modality Performed Procedure Step
    "1.2.840.10008.5.1.4.34.6.1",  # Unified Procedure Step
    "1.2.840.10008.5.1.1.9",  # Print
    "1.2.276.0.7230010.3.1.0.1",  # dcmtk's private storage class
]


def accepted(port, contexts, roles=()):
    """Propose contexts, (abstract syntax, transfer syntaxes), 128 at a time; return what was accepted, and the last association."""
    found = []
    for begin in range(0, len(contexts), 128):
        entity = AE("PACS")
        for abstract, syntaxes in contexts[begin : begin + 128]:
            entity.add_requested_context(abstract, syntaxes)
        association = entity.associate("127.0.0.1", port, ae_title="DIAFAN", ext_neg=list(roles))
        assert association.is_established or not association.accepted_contexts
        found += [(str(cx.abstract_syntax), str(cx.transfer_syntax[0])) for cx in association.accepted_contexts]
        if association.is_established:
            association.release()
    return found, association


def test_the_listener_accepts_each_named_class_in_each_named_syntax_and_nothing_else(tmp_path):
    lines = {uid: (name, syntaxes) for name, uid, syntaxes, *_ in table("3.1.2")}
    named = {uid for uid in lines if re.fullmatch(r"[\d.]+", uid)}
    storage = {str(cx.abstract_syntax) for cx in AllStoragePresentationContexts}
    others = next(name for uid, (name, _) in lines.items() if uid not in named)
    assert int(others.split()[0]) == len(storage - named)
    wanted = {(uid, s) for uid in named & storage for s in SYNTAXES} | {(uid, SYNTAXES[0]) for uid in storage}
    with listening(tmp_path, on_commitment=lambda _: True) as listener:
        offered = sorted(wanted) + [(uid, s) for uid in sorted(named & storage) for s in OTHER_SYNTAXES]
        found, _ = accepted(listener.port, [(uid, [syntax]) for uid, syntax in offered])
        assert set(found) == wanted
        for uid in named - storage:
            assert lines[uid][1] == "Implicit and Explicit VR Little Endian"
            found, _ = accepted(listener.port, [(uid, [s]) for s in [*SYNTAXES, *OTHER_SYNTAXES]])
            assert {syntax for _, syntax in found} == set(PLAIN_SYNTAXES)
        found, _ = accepted(listener.port, [(uid, SYNTAXES) for uid in STRANGERS])
        assert found == []
    assert "presentation context not accepted" in listener.refused[0][0]


def test_the_listener_prefers_in_the_order_of_the_table(tmp_path):
    uid = str(DigitalXRayImageStorageForPresentation)
    with listening(tmp_path) as listener:
        for number, syntax in enumerate(SYNTAXES):
            found, _ = accepted(listener.port, [(uid, SYNTAXES[number:][::-1])])
            assert found == [(uid, syntax)]


def test_the_listener_takes_reports_of_storage_commitment_by_role_selection(tmp_path):
    with listening(tmp_path, on_commitment=lambda _: True) as listener:
        role = build_role(StorageCommitmentPushModel, scu_role=False, scp_role=True)
        _, association = accepted(listener.port, [(StorageCommitmentPushModel, PLAIN_SYNTAXES)], [role])
        (context,) = association.accepted_contexts
        assert (context.as_scu, context.as_scp) == (False, True)
    (line,) = [line for line in table("3.1.2") if line[1] == StorageCommitmentPushModel]
    assert line[3] == "SCU"
    assert "SCU 0, SCP 1" in line[4]


def test_both_name_themselves_and_their_pdus_as_stated(tmp_path):
    stated = {name: dict(table(name)) for name in ("3.1.1", "3.2.1")}
    with listening(tmp_path) as listener:
        _, association = accepted(listener.port, [(Verification, PLAIN_SYNTAXES)])
        answered = association.acceptor
    with recording() as (port, proposals):
        dimse.echo(dimse.Peer("127.0.0.1", port, "PACS", "DIAFAN"))
    for end, said in ((answered, stated["3.1.1"]), (proposals[0].assoc.requestor, stated["3.2.1"])):
        assert str(end.implementation_class_uid) == said["Implementation Class UID"] == IMPLEMENTATION_CLASS_UID
        assert end.implementation_version_name == said["Implementation Version Name"] == IMPLEMENTATION_VERSION_NAME
        assert said["Maximum PDU length offered"] == f"{end.maximum_length} bytes"
        assert str(end.primitive.application_context_name) == said["Application context"]
        assert end.asynchronous_operations == (1, 1)


@contextmanager
def recording():
    """Run an SCP that takes whatever is proposed, and keeps the proposals."""
    proposals = []
    archive = Archive()
    entity = AE("PACS")
    every = [str(cx.abstract_syntax) for cx in AllStoragePresentationContexts]
    for uid in (*every, Verification, StorageCommitmentPushModel, "1.2.840.10008.5.1.4.1.2.2.1"):
        entity.add_supported_context(uid, [*SYNTAXES, *OTHER_SYNTAXES])
    handlers = [
        (evt.EVT_REQUESTED, proposals.append),
        (evt.EVT_C_STORE, archive._store),
        (evt.EVT_N_ACTION, archive._asked),
        (evt.EVT_C_FIND, lambda _event: iter([(0x0000, None)])),
    ]
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield server.server_address[1], proposals
    finally:
        server.shutdown()


def proposed(event):
    asked = event.assoc.requestor.primitive.presentation_context_definition_list
    assert all(len(cx.transfer_syntax) == 1 for cx in asked) or len(asked) == 1
    return [(str(cx.abstract_syntax), str(syntax)) for cx in asked for syntax in cx.transfer_syntax]


def test_the_sender_proposes_what_is_stated_and_nothing_else(tmp_path):
    results = results_of()
    note = build_rejection_note(
        PLAIN, [s.instance for s in results.shown], MODEL, reason=RejectionReason.QUALITY, created=CREATED
    )
    objects = {
        "Secondary Capture Image Storage": results.captures[0],
        "Parametric Map Storage, 16-bit": results.map_16bit,
        "Parametric Map Storage, float": results.map,
        "Comprehensive 3D SR Storage": results.document(),
        "Key Object Selection Document Storage": note,
    }
    names = {"JPEG Baseline": "1.2.840.10008.1.2.4.50", **dict(table("3.1.3"))}
    stated = {name: (uid, syntaxes, role, more) for name, uid, syntaxes, role, more in table("3.2.2")}
    with recording() as (port, proposals):
        peer = dimse.Peer("127.0.0.1", port, "PACS", "DIAFAN")
        for name, made in objects.items():
            (file := tmp_path / made.sop_instance_uid).write_bytes(made.content)
            uid, syntaxes, *_ = stated[name]
            always, _, configured = syntaxes.partition("; configured: ")
            for prefer, said in (([Syntax.EXPLICIT_LE], always), (list(Syntax), f"{always}, {configured}")):
                dimse.send(peer, [file], prefer=prefer)
                wanted = {(uid, names[syntax]) for syntax in said.split(", ")}
                assert set(proposed(proposals.pop())) == wanted, name
        calls = {
            "Verification": lambda: dimse.echo(peer),
            "Study Root Query/Retrieve Information Model - FIND": lambda: dimse.find_instances(
                peer, "1.2", "1.3", ["1.4"]
            ),
            "Storage Commitment Push Model": lambda: dimse.offers_commitment(peer),
        }
        for name, call in calls.items():
            call()
            uid, syntaxes, *_ = stated[name]
            assert proposed(proposals.pop()) == [(uid, names[syntax]) for syntax in syntaxes.split(", ")]
    assert set(stated) == {*objects, *calls}
    assert {tuple(line[2:]) for line in stated.values()} == {("SCU", "none")}


def test_the_overview_names_what_the_two_negotiate():
    lines = table("1.1")
    scp = {uid for _, uid, _, as_scp in lines if as_scp != "no" and re.fullmatch(r"[\d.]+", uid)}
    scu = {uid for _, uid, as_scu, _ in lines if as_scu.startswith("yes")}
    assert scp | {str(StorageCommitmentPushModel)} == {uid for _, uid, *_ in table("3.1.2") if uid[0].isdigit()}
    assert scu == {uid for _, uid, *_ in table("3.2.2")}


def statuses(heading):
    return {int(line[0].split()[0], 16) for line in table(heading)}


def test_c_store_is_answered_with_the_stated_statuses(tmp_path):
    raised = [
        None,
        dimse.NotAuthorised("no"),
        dimse.NoRoom("full"),
        OSError(28, "full"),
        Mismatched("other"),
        Unreadable("cut"),
        ValueError,
    ]
    content = pydicom.dcmread(PLAIN)
    content.SOPClassUID = content.file_meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    heard = []

    def answer(_received):
        if (error := raised[len(heard)]) is not None:
            raise error

    with listening(tmp_path, answer) as listener:
        entity = AE("PACS")
        entity.add_requested_context(DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian)
        association = entity.associate("127.0.0.1", listener.port, ae_title="DIAFAN")
        while len(heard) < len(raised):
            heard.append(association.send_c_store(content).Status)
        association.release()
    assert set(heard) == statuses("3.1.4")


def test_a_report_of_commitment_is_answered_with_the_stated_statuses(tmp_path):
    told, nameless = pydicom.Dataset(), pydicom.Dataset()
    told.TransactionUID = "1.2.3"
    nameless.RetrieveAETitle = "PACS"
    heard = set()
    for is_known, kind, information in ((True, 1, told), (False, 1, told), (True, 3, told), (True, 1, nameless)):
        with listening(tmp_path, on_commitment=lambda _, is_known=is_known: is_known) as listener:
            heard.add(call_back(listener.port, (kind, information)))
    assert heard == statuses("3.1.5")


@pytest.mark.parametrize("status", [0x0000, 0xB000, 0xB007, 0x0111, 0xA700, 0xA7FF, 0xA900, 0xC000, 0x0124, 0x0110])
def test_the_sender_does_with_an_answer_what_is_stated(tmp_path, status):
    entity = AE("PACS")
    entity.add_supported_context(DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian)
    content = pydicom.dcmread(PLAIN)
    content.SOPClassUID = content.file_meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    content.save_as(tmp_path / "a.dcm")
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda _: status)])
    stored, later, parked = range(3)
    did = stored
    try:
        dimse.send(dimse.Peer("127.0.0.1", server.server_address[1], "PACS", "DIAFAN"), [tmp_path / "a.dcm"])
    except Unavailable:
        did = later
    except Rejected:
        did = parked
    finally:
        server.shutdown()
    named = f"{status:04X}"
    said = [line[0] for line in table("3.2.3")]
    fits = [named in line or f"{named[0]}xxx" in line or f"{named[:2]}xx" in line for line in said]
    assert did == (fits.index(True) if any(fits) else parked)


def test_failure_reasons_of_commitment_are_those_that_the_code_knows():
    said = " ".join(line[0] for line in table("3.2.5"))
    assert {int(number, 16) for number in re.findall(r"\b0[12]\d\d\b", said)} == set(commitment.FAILURE_REASONS)
