"""Validators of a transaction bundle, ours and others', that each return what they found wrong."""

import re
from functools import cache

from fhir.resources.R4B.bundle import Bundle
from fhirpathpy import compile as compile_fhirpath
from fhirpathpy.models import models
from pydantic import ValidationError
from pyrofile_validator import Validator
from pyrofile_validator.config import ValidatorConfig

# element of R4 that refers -> the types that it may refer to
TARGETS = {
    ("Observation", "subject"): {"Patient"},
    ("Observation", "device"): {"Device"},
    ("Observation", "derivedFrom"): {"ImagingStudy", "Observation", "Media", "DocumentReference"},
    ("DiagnosticReport", "subject"): {"Patient"},
    ("DiagnosticReport", "result"): {"Observation"},
    ("DiagnosticReport", "imagingStudy"): {"ImagingStudy"},
    ("ImagingStudy", "subject"): {"Patient"},
    ("ImagingStudy", "endpoint"): {"contained"},
    ("Device", "extension"): {"DocumentReference"},
    ("Provenance", "target"): {"Observation", "DiagnosticReport"},
    ("Provenance", "agent"): {"Device"},
    ("Provenance", "entity"): {"DocumentReference"},
}
UCUM_KNOWN = {"1"}
# http://hl7.org/fhir/ValueSet/diagnostic-report-status and observation-status, 4.0.1
STATUSES = {
    "DiagnosticReport": {
        "registered",
        "partial",
        "preliminary",
        "final",
        "amended",
        "corrected",
        "appended",
        "cancelled",
        "entered-in-error",
    },
    "Observation": {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error"},
}


@cache
def pyrofile():
    return Validator(ValidatorConfig.load_dict({"fhirVersion": "4.0.1", "terminology": {"mode": "local"}}))


def by_pyrofile(bundle):
    report = pyrofile().validate_resource(bundle)
    errors = [issue for issue in report.issues if issue.severity in ("error", "fatal")]
    # it knows a conditional reference only by a slash in it, and of a report's statuses only those before the "+" of R4's page
    beyond = tuple(f"Code '{status}' is not in" for status in ("amended", "appended", "entered-in-error"))
    guide = "The extension http://hl7.org/fhir/uv/aitransparency/StructureDefinition/"  # by_guide knows these
    known = ("Invalid reference Patient?identifier=", guide, *beyond)
    return [f"{e.code} {e.message}" for e in errors if not e.message.startswith(known)]


def by_fhir_resources(bundle):
    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        return [str(error)]
    return []


def walk(node, path=()):
    yield path, node
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from walk(inner, (*path, key))


def by_references(bundle):
    """Every reference resolves backwards to an entry of a type that may stand there; nothing is empty or twice; obs-6."""
    faults, seen = [], {}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for path, node in walk(resource):
            if path and path[-1] == "reference":
                kind = (
                    "contained"
                    if str(node).startswith("#")
                    else seen.get(node) or (node.split("?")[0] if re.match(r"[A-Z]\w+\?", str(node)) else None)
                )
                element = next(key for key in path if isinstance(key, str))
                if kind not in TARGETS.get((resource["resourceType"], element), ()):
                    faults.append(f"{resource['resourceType']}.{element} -> {kind}")
            if node in ("", None, [], {}):
                faults.append(f"empty {path}")
        if entry.get("fullUrl") in seen:
            faults.append("fullUrl twice")
        if {"valueCodeableConcept", "dataAbsentReason"} <= resource.keys():
            faults.append("obs-6")
        seen[entry.get("fullUrl")] = resource["resourceType"]
    return faults


def by_codes(bundle):
    """Check digits of SNOMED CT and LOINC, units that we know, and statuses that there are."""
    found = [(r["resourceType"], r.get("status")) for r in (entry["resource"] for entry in bundle["entry"])]
    faults = [f"{kind}.status {status}" for kind, status in found if status not in STATUSES.get(kind, {status})]
    for _, node in walk(bundle):
        if not isinstance(node, dict) or "code" not in node:
            continue
        system, code = node.get("system"), node["code"]
        if system == "http://snomed.info/sct" and not verhoeff(code):
            faults.append(f"SNOMED CT {code}")
        if system == "http://loinc.org" and not luhn(code):
            faults.append(f"LOINC {code}")
        if system == "http://unitsofmeasure.org" and code not in UCUM_KNOWN:
            faults.append(f"UCUM {code}")
    return faults


# What the profiles of AI Transparency on FHIR (1.0.0-ballot) demand beyond R4, and what we promise ourselves, as FHIRPath.
_AI = "http://hl7.org/fhir/uv/aitransparency"
GUIDE = {
    "Device": (
        f"meta.profile = '{_AI}/StructureDefinition/AI-Device'",
        f"type.coding.where(system = '{_AI}/CodeSystem/AIdeviceTypeCS' and code = 'Artificial-Intelligence').count() = 1",
        f"extension.where(url = '{_AI}/StructureDefinition/aitransparency.AIKind').value.coding.code = 'Deep-Learning-Models'",
        f"extension.where(url = '{_AI}/StructureDefinition/aitransparency.modelCardDescription').all(value.reference.exists())",
        "version.value.exists() and identifier.count() = 2",
    ),
    "DocumentReference": (
        f"meta.profile = '{_AI}/StructureDefinition/AI-ModelCard'",
        f"type.coding.count() = 1 and type.coding.system = '{_AI}/CodeSystem/AIinputsCS' and type.coding.code = 'AIModelCard'",
        "category.coding.code = 'AIModelCardMarkdownFormat'",
        "content.attachment.contentType = 'text/markdown' and content.attachment.data.exists()",
    ),
    "Provenance": (
        f"meta.profile = '{_AI}/StructureDefinition/AI-Provenance'",
        "reason.coding.where(code = 'AIAST').count() = 1",
        "agent.where(role.coding.code = 'Artificial-Intelligence').exists()",
        "agent.all(type.coding.count() = 1 and who.exists())",
        "agent.where(role.coding.code = 'Artificial-Intelligence').all(who.reference.exists())",
        "agent.where(type.coding.code = 'verifier').all(who.type = 'Practitioner' and who.identifier.exists())",
        "entity.where(role = 'source').exists()",
    ),
    "Observation": (
        "meta.security.code contains 'AIAST' or status != 'preliminary'",
        "value.exists() xor dataAbsentReason.exists()",
        f"value.extension.where(url = '{_AI}/StructureDefinition/AIconfidence').all(value >= 0 and value <= 1)",
        "component.where(code.coding.code = 'calibrated-probability').all(value.value >= 0 and value.value <= 1)",
    ),
    "DiagnosticReport": (
        "language != 'en' or conclusion.contains('It supports a physician and never replaces one.')",
        "language != 'pl' or conclusion.contains('Diafan wspiera lekarza i nigdy go nie zastępuje.')",
        "language = 'en' or language = 'pl'",
        "result.exists() or status != 'preliminary'",
        "imagingStudy.count() = 1",
    ),
}


@cache
def _invariant(expression):
    return compile_fhirpath(expression, models["r4"])


def by_guide(bundle):
    """The invariants that a resource breaks; a resource that no path can be asked of breaks one, too."""
    faults = []
    for resource in (entry["resource"] for entry in bundle["entry"]):
        for expression in GUIDE.get(resource["resourceType"], ()):
            try:
                holds = _invariant(expression)(resource) == [True]
            except Exception:  # noqa: BLE001 - whatever a mutant does to a path: it is a fault
                holds = False
            if not holds:
                faults.append(f"{resource['resourceType']}: {expression}")
    return faults


def by_provenance(bundle):
    """What is labelled as asserted by AI, and the report, is what the model is said to have made: all of it, and nothing else."""
    made, told = set(), set()
    for entry in bundle["entry"]:
        resource = entry["resource"]
        labels = {one.get("code") for one in resource.get("meta", {}).get("security", ())}
        if resource["resourceType"] == "DiagnosticReport" or (
            resource["resourceType"] == "Observation" and "AIAST" in labels
        ):
            made.add(entry["fullUrl"])
        if resource["resourceType"] == "Provenance":
            told |= {target["reference"] for target in resource["target"]}
    return [] if made == told else [f"made and not told, or told and not made: {sorted(made ^ told)}"]


CHECKS = (by_fhir_resources, by_pyrofile, by_references, by_codes, by_guide, by_provenance)


def faults(bundle):
    return [fault for check in CHECKS for fault in check(bundle)]


def verhoeff(code):
    """Whether the last digit of a SNOMED CT identifier is right (SNOMED CT release file specifications, appendix C)."""
    fives = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    check, permutation = 0, list(range(10))
    for digit in reversed(code):
        check = _dihedral(check, permutation[int(digit)])
        permutation = [fives[permutation[i]] for i in range(10)]
    return check == 0


def _dihedral(a, b):
    """The product of two elements of the dihedral group of the pentagon, 0-4 rotations and 5-9 reflections."""
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
    return (a - b) % 5 + 5 if b < 5 else (a - b) % 5


def luhn(code):
    """Whether the last digit of a LOINC code is right (LOINC user guide, mod 10 check digit)."""
    number, _, last = code.partition("-")
    doubled = [int(digit) * (2 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(number))]
    return (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(last)
