"""Metadata of instances: what is told of them, and what is left out for its size."""

import json

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from integrations.dicomweb.datasets import metadata_json
from tests.instances import make_instance

LARGE, SMALL = bytes(262_146), bytes(131_070)  # the latter is what a table for every value of 16 bits takes


def table(content):
    one = Dataset()
    one.LUTDescriptor = [len(content) // 2 % 65_536, 0, 16]
    one["LUTDescriptor"].VR = "US"
    one.add_new("LUTData", "OW", content)
    return one


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("is_undefined_length", [True, False])
def test_values_above_256_kb_are_left_out_of_metadata_wherever_they_are_and_the_rest_is_told(
    tmp_path, syntax, is_undefined_length
):
    file = make_instance(tmp_path, PatientName="Kanarek")
    dataset = pydicom.dcmread(file)
    dataset.VOILUTSequence = [table(LARGE), table(SMALL)]
    dataset["VOILUTSequence"].is_undefined_length = is_undefined_length
    block = dataset.private_block(0x0019, "SOMEBODY", create=True)
    block.add_new(1, "OB", LARGE * 40)
    block.add_new(2, "OB", SMALL)
    dataset.TextValue = "x" * 262_146
    dataset.ICCProfile = LARGE
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(file, enforce_file_format=True)
    told = metadata_json(file)
    assert told["00100010"]["Value"] == [{"Alphabetic": "Kanarek"}]
    assert {"00191001", "0040A160", "00282000", "7FE00010"}.isdisjoint(told)
    assert "InlineBinary" in told["00191002"]
    first, second = told["00283010"]["Value"]
    assert ("00283006" in first, "00283006" in second) == (False, True)
    assert first["00283002"]["Value"] == [131_073 % 65_536, 0, 16]
    assert len(json.dumps(told)) < 4 * len(SMALL)
