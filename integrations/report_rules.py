"""What our Structured Reports promise beyond the module tables: a content tree whose every finding can be read and followed.

And what a rejection note promises: a title that says why, and every object that it rejects listed once.

Clauses: PS3.3 A.35.4.3.1, A.35.13.3.1 (evidence, relationships), C.17.2 (SR Document General), C.17.3 (content items), C.18 (their macros);
PS3.16 TID 1500, 1501, 2010, 4108, CID 7010; IHE AI Results 6.5.3.1 (algorithms in the content, and as equipment).
"""

from collections.abc import Iterator

from pydicom.dataset import Dataset

from integrations.report_words import SUPPORT

_VALUES = {
    "CODE": "ConceptCodeSequence",
    "CONTAINER": "ContinuityOfContent",
    "IMAGE": "ReferencedSOPSequence",
    "NUM": "MeasuredValueSequence",
    "PNAME": "PersonName",
    "TEXT": "TextValue",
    "UIDREF": "UID",
}
_CONTEXT = ("CODE", "NUM", "PNAME", "TEXT", "UIDREF")
_MAY = {"CONTAINS": tuple(_VALUES), "HAS OBS CONTEXT": _CONTEXT, "HAS CONCEPT MOD": ("CODE", "TEXT")}
_CONCLUSION, _TRACKING, _TRACKING_UID, _FINDING, _PRESENCE = "121077", "112039", "112040", "121071", "121052"
_GROUP, _LANGUAGE, _OBSERVER, _PROCEDURE = "125007", "121049", "121005", "121058"
_EQUIPMENT = {
    "121012": "DeviceUID",
    "121014": "Manufacturer",
    "121015": "ManufacturerModelName",
    "111001": "ManufacturerModelName",
    "111003": "SoftwareVersions",
}
"""What TID 1004 and TID 4019 say of an algorithm, and where Contributing Equipment says the same (IHE AI Results, table 6.5.3.1-1)."""
_DESCRIPTION, _REJECTIONS = "113012", ("113001", "113037", "113038", "113039")


def report(dataset: Dataset) -> Iterator[str]:
    """Yield what is wrong with a Comprehensive 3D SR."""
    if dataset.get("Modality") != "SR":
        yield "Modality must be SR"
    yield from _flags(dataset)
    yield from _root(dataset, "1500")
    items = dataset.get("ContentSequence") or []
    names = [_code(item.get("ConceptNameCodeSequence")) for item in items]
    for code, what in (
        (_LANGUAGE, "language"),
        (_OBSERVER, "observer"),
        (_PROCEDURE, "procedure"),
        (_CONCLUSION, "conclusion"),
    ):
        if code not in names:
            yield f"the root has no {what}"
    if not any(SUPPORT in str(item.get("TextValue", "")) for item in items):
        yield "no conclusion says that it supports a physician"
    yield from _items(items, "ContentSequence")
    groups = [item for parent in items for item in parent.get("ContentSequence") or () if _named(item, _GROUP)]
    if not groups:
        yield "there is no measurement group"
    for number, group in enumerate(groups, 1):
        yield from _group(group, f"group {number}")
    tracked = [i.get("UID") for g in groups for i in g.get("ContentSequence") or () if _named(i, _TRACKING_UID)]
    if len(set(tracked)) != len(tracked):
        yield "two groups have one tracking identifier"
    yield from _algorithms(items, dataset.get("ContributingEquipmentSequence") or [])
    yield from _evidence(dataset)


def rejection_note(dataset: Dataset) -> Iterator[str]:
    """Yield what is wrong with a Key Object Selection that rejects."""
    if dataset.get("Modality") != "KO":
        yield "Modality must be KO"
    yield from _root(dataset, "2010")
    if _code(dataset.get("ConceptNameCodeSequence")) not in _REJECTIONS:
        yield "the title is no rejection"
    items = dataset.get("ContentSequence") or []
    if not any(_named(item, _DESCRIPTION) and item.get("TextValue") for item in items):
        yield "no description says what it is about"
    for number, item in enumerate(items, 1):
        here, kind = f"ContentSequence[{number}]", item.get("ValueType")
        if kind not in ("TEXT", "IMAGE", "COMPOSITE") or item.get("RelationshipType") != "CONTAINS":
            yield f"{here} is neither a text nor a reference that the root contains"
        if kind in ("IMAGE", "COMPOSITE") and len(item.get("ReferencedSOPSequence") or ()) != 1:
            yield f"{here} must refer to one instance"
        if kind in ("IMAGE", "COMPOSITE") and "ConceptNameCodeSequence" in item:
            yield f"{here} has a name, which a reference may not have"
    yield from _evidence(dataset)
    rejected = list(_referred(items))
    if not rejected or len(set(rejected)) != len(rejected) or set(rejected) != _listed(dataset):
        yield "what is rejected must be listed once, as evidence and as content"


def _root(dataset: Dataset, template: str) -> Iterator[str]:
    templates = [t.get("TemplateIdentifier") for t in dataset.get("ContentTemplateSequence") or ()]
    if dataset.get("ValueType") != "CONTAINER" or templates != [template]:
        yield f"the root is no container of template {template}"
    if dataset.get("ContinuityOfContent") not in ("SEPARATE", "CONTINUOUS"):
        yield "ContinuityOfContent (type 1C) is missing"


def _flags(dataset: Dataset) -> Iterator[str]:
    if dataset.get("CompletionFlag") not in ("PARTIAL", "COMPLETE"):
        yield "CompletionFlag must be PARTIAL or COMPLETE"
    if dataset.get("PreliminaryFlag") not in ("PRELIMINARY", "FINAL"):
        yield "PreliminaryFlag must be PRELIMINARY or FINAL"
    verifying = dataset.get("VerifyingObserverSequence") or []
    if dataset.get("VerificationFlag") not in ("VERIFIED", "UNVERIFIED"):
        yield "VerificationFlag must be VERIFIED or UNVERIFIED"
    if (dataset.get("VerificationFlag") == "VERIFIED") != bool(verifying):
        yield "VerifyingObserverSequence (type 1C) must be there just when it is VERIFIED"
    if verifying and dataset.get("CompletionFlag") != "COMPLETE":
        yield "what is VERIFIED must be COMPLETE"


def _items(items: list[Dataset], path: str) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        here, kind = f"{path}[{number}]", item.get("ValueType")
        if kind not in _VALUES:
            yield f"{here} has a ValueType that the report has no use for"
            continue
        if kind not in _MAY.get(item.get("RelationshipType") or "", ()):
            yield f"{here} stands in a relationship that its ValueType may not have"
        if not _code(item.get("ConceptNameCodeSequence")):
            yield f"{here} has no name"
        if not item.get(_VALUES[kind]):
            yield f"{here} has no {_VALUES[kind]}"
        if kind == "CODE" and not _code(item.get("ConceptCodeSequence")):
            yield f"{here} has no code"
        if kind == "NUM":
            yield from _number(item, here)
        yield from _items(item.get("ContentSequence") or [], f"{here}.ContentSequence")


def _number(item: Dataset, here: str) -> Iterator[str]:
    for measured in item.get("MeasuredValueSequence") or ():
        if measured.get("NumericValue") is None:
            yield f"{here} has no NumericValue"
        if not _code(measured.get("MeasurementUnitsCodeSequence")):
            yield f"{here} has no unit"


def _group(group: Dataset, here: str) -> Iterator[str]:
    names = [_code(item.get("ConceptNameCodeSequence")) for item in group.get("ContentSequence") or ()]
    wanted = {
        _TRACKING: "tracking identifier",
        _TRACKING_UID: "tracking unique identifier",
        _FINDING: "finding",
        _PRESENCE: "presence",
    }
    for code, what in wanted.items():
        if names.count(code) != 1:
            yield f"{here} must have one {what}"


def _algorithms(items: list[Dataset], equipment: list[Dataset]) -> Iterator[str]:
    for item in items:
        keyword = _EQUIPMENT.get(_code(item.get("ConceptNameCodeSequence")))
        if keyword and (item.get("UID") or item.get("TextValue")) not in [e.get(keyword) for e in equipment]:
            yield f"the content names an algorithm by a {keyword} that ContributingEquipmentSequence lacks"
        yield from _algorithms(item.get("ContentSequence") or [], equipment)


def _evidence(dataset: Dataset) -> Iterator[str]:
    """Whatever the content refers to is evidence of the study (PS3.3 A.35.13.3.1.2)."""
    evidence = _listed(dataset)
    referred = set(_referred(dataset.get("ContentSequence") or []))
    if not evidence:
        yield "CurrentRequestedProcedureEvidenceSequence (type 1C) is missing"
    if not referred <= evidence:
        yield "the content refers to an instance that is not listed as evidence"


def _listed(dataset: Dataset) -> set[tuple[str, str]]:
    return {
        (instance.get("ReferencedSOPClassUID"), instance.get("ReferencedSOPInstanceUID"))
        for study in dataset.get("CurrentRequestedProcedureEvidenceSequence") or ()
        for series in study.get("ReferencedSeriesSequence") or ()
        for instance in series.get("ReferencedSOPSequence") or ()
    }


def _referred(items: list[Dataset]) -> Iterator[tuple[str, str]]:
    for item in items:
        for sop in item.get("ReferencedSOPSequence") or ():
            yield sop.get("ReferencedSOPClassUID"), sop.get("ReferencedSOPInstanceUID")
        yield from _referred(item.get("ContentSequence") or [])


def _code(sequence: list[Dataset] | None) -> str:
    """Return the value of a whole code, "" for one that lacks its value, its scheme or its meaning (PS3.3 8.8)."""
    code = (sequence or [Dataset()])[0]
    value = code.get("CodeValue") or code.get("LongCodeValue")
    return str(value) if value and code.get("CodingSchemeDesignator") and code.get("CodeMeaning") else ""


def _named(item: Dataset, code: str) -> bool:
    return _code(item.get("ConceptNameCodeSequence")) == code
