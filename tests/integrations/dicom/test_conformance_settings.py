"""The conformance statement against settings, character sets and resources: what is configured, decoded and served."""

import re

from conformance_tables import code, section, table
from pydicom.charset import python_encoding

from integrations import dimse
from service.api import dicomweb_retrieve, dicomweb_search, dicomweb_store
from service.destination_settings import FolderDestination, PacsDestination
from service.settings import Settings


def test_parameters_have_the_stated_defaults():
    fields = {**Settings.model_fields, **PacsDestination.model_fields}
    for name, default, of in table("4.2"):
        field = (
            PacsDestination if "PACS" in of else FolderDestination if "destination" in of else Settings
        ).model_fields[code(name)]
        value = field.default
        told = ", ".join(value) if isinstance(value, tuple | frozenset | list) else str(value).removesuffix(".0")
        assert set(told.split(", ")) == set(default.split(", ")), name
    listed = {code(name) for name, *_ in table("4.2")}
    assert {name for name in fields if name.startswith(("dimse_max", "dimse_artim", "dimse_idle"))} <= listed
    assert {
        name
        for name in PacsDestination.model_fields
        if name not in {"kind", "name", "host", "port", "called_ae_title", "tls"}
    } <= listed
    addresses = {ae: (title, where) for ae, title, where in table("4.1")}
    assert Settings.model_fields["ae_title"].default in addresses["Listener"][0]
    assert (
        f"{Settings.model_fields['dimse_host'].default}, {Settings.model_fields['dimse_port'].default}"
        in addresses["Listener"][1]
    )


def test_associations_and_times_are_those_of_the_settings():
    said = dict(table("3.1.1"))
    limits = dimse.Limits()
    assert f"{limits.associations} by default; {limits.per_address} of them" in said["Associations at one time"]
    assert f"ARTIM {limits.artim_s:g} s by default, {limits.idle_s:g} s" in said["Timeouts"]
    assert f"{PacsDestination.model_fields['timeout_s'].default} s by default" in dict(table("3.2.1"))["Timeouts"]


def test_character_sets_are_all_that_can_be_decoded():
    said = {term for _, terms in table("7 Character sets") for term in terms.split(", ")}
    also = {"", "ISO 2022 GBK", "ISO 2022 58"}  # no terms of the standard, in this form
    assert said == set(python_encoding) - also


def test_resources_over_http_are_those_that_are_served():
    routes = {
        (
            method,
            re.sub(
                r"\{(\w+?)(_instance)?_uid\}", lambda m: "{" + ("instance" if m[1] == "sop" else m[1]) + "}", route.path
            ),
        )
        for part in (dicomweb_store, dicomweb_search, dicomweb_retrieve)
        for route in part.router.routes
        for method in route.methods
    }
    base = next(iter(section("Annex D")))
    assert dicomweb_store.BASE in base
    said = {(method, dicomweb_store.BASE + code(resource)) for _, method, resource, _ in table("Annex D")}
    served = {
        (method, path if path.startswith(dicomweb_store.BASE) else dicomweb_store.BASE + path)
        for method, path in routes
    }
    assert served == said
