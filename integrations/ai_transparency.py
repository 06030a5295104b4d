"""What HL7's guide AI Transparency on FHIR asks for beside a result: the model's card, and who made the result, of what.

Profiles AI-Device, AI-ModelCard and AI-Provenance of hl7.fhir.uv.aitransparency (1.0.0-ballot).
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from integrations import codes
from integrations.codes import concept
from integrations.imaging_study import dicom_identifier
from integrations.verdict import Signed
from models.assessment import Call, Finding, ModelIdentity

_GUIDE = "http://hl7.org/fhir/uv/aitransparency/StructureDefinition"
AI_KIND = f"{_GUIDE}/aitransparency.AIKind"
_CONFIDENCE = f"{_GUIDE}/AIconfidence"
MODEL_CARD_OF = f"{_GUIDE}/aitransparency.modelCardDescription"


def profiled(name: str) -> dict[str, list[str]]:
    """Return the part of ``meta`` that claims a profile of the guide."""
    return {"profile": [f"{_GUIDE}/{name}"]}


def manifest_identifier(model: ModelIdentity, base_system: str) -> dict[str, str]:
    """Return what names a model in FHIR: the SHA-256 of its manifest."""
    return {"system": f"{base_system}/identifier/model-manifest-sha256", "value": model.digest}


def device(model: ModelIdentity, device_uid: str, base_system: str, card: str | None) -> dict[str, Any]:
    """Return the Device that a model is; ``card`` refers to its card, None: it has none."""
    extensions = [
        {"url": AI_KIND, "valueCodeableConcept": concept("Deep learning (convolutional network)", codes.DEEP_LEARNING)}
    ]
    if card is not None:
        extensions.append({"url": MODEL_CARD_OF, "valueReference": {"reference": card}})
    return {
        "resourceType": "Device",
        "meta": profiled("AI-Device"),
        "extension": extensions,
        "identifier": [manifest_identifier(model, base_system), dicom_identifier(device_uid)],
        "status": "active",
        "manufacturer": "Diafan",
        "deviceName": [{"name": model.name, "type": "model-name"}],
        "type": concept("Artificial intelligence software: chest radiograph classifier", codes.AI_DEVICE),
        "version": [{"value": model.version}],
    }


def model_card(model: ModelIdentity, card: bytes, base_system: str) -> dict[str, Any]:
    """Return the DocumentReference that holds a model's card (Markdown, UTF-8)."""
    digest = hashlib.sha256(card).hexdigest()
    return {
        "resourceType": "DocumentReference",
        "meta": profiled("AI-ModelCard"),
        "identifier": [{"system": f"{base_system}/identifier/model-card-sha256", "value": digest}],
        "status": "current",
        "type": {"coding": [codes.MODEL_CARD.as_fhir()]},
        "category": [concept("Markdown", codes.MODEL_CARD_MARKDOWN)],
        "content": [
            {
                "attachment": {
                    "contentType": "text/markdown",
                    "language": "en",
                    "data": base64.b64encode(card).decode(),
                    "title": f"Model card of {model.name} {model.version}",
                }
            }
        ],
    }


def confidence(finding: Finding) -> dict[str, Any]:
    """Return how probable it is that the answer is right, as an extension of the value; nothing of what was left open."""
    if finding.probability is None or finding.call not in (Call.PRESENT, Call.ABSENT):
        return {}
    right = finding.probability if finding.call is Call.PRESENT else 1 - finding.probability
    return {"extension": [{"url": _CONFIDENCE, "valueDecimal": round(right, 4)}]}


def provenance(
    targets: Sequence[str],
    devices: Sequence[str],
    *,
    recorded: str,
    radiographs: Iterable[str],
    cards: Iterable[str],
    models: Iterable[dict[str, str]],
    signed: Signed | None,
) -> dict[str, Any]:
    """Return who made the resources that ``targets`` refer to, and of what.

    ``devices`` and ``cards`` are references, ``radiographs`` SOP Instance UIDs, ``models`` identifiers of manifests; ``recorded`` is an instant.
    Who has signed is there as a verifier, and who gave a second opinion, too.
    """
    agents: list[dict[str, Any]] = [
        {
            "type": concept("Author", codes.AUTHOR),
            "role": [concept("Artificial intelligence", codes.AI_DEVICE)],
            "who": {"reference": who},
        }
        for who in devices
    ]
    if signed:
        physicians = dict.fromkeys([signed.verdict.physician, *(o.physician for o in signed.opinions)])
        agents += [{"type": concept("Verifier", codes.VERIFIER), "who": one.as_reference()} for one in physicians]
    entities = [
        *(
            {"role": "source", "what": {"identifier": dicom_identifier(uid), "display": "Radiograph"}}
            for uid in radiographs
        ),
        *({"role": "derivation", "what": {"identifier": one, "display": "Model manifest"}} for one in models),
        *({"role": "derivation", "what": {"reference": card}} for card in cards),
    ]
    return {
        "resourceType": "Provenance",
        "meta": {**profiled("AI-Provenance"), "security": [codes.AI_ASSERTED.as_fhir()]},
        "target": [{"reference": target} for target in targets],
        "occurredDateTime": recorded,
        "recorded": recorded,
        "reason": [concept("Artificial intelligence asserted", codes.AI_ASSERTED)],
        "activity": concept("Created by a model, for a physician to verify", codes.CREATED),
        "agent": agents,
        "entity": entities,
    }
