"""Which measures protect data in an installation, and which do not: each read from its settings, or from what the program always does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service.gdpr.facts import recipients, witness_path
from service.settings import Settings, is_loopback
from service.witness_settings import FileWitness


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and its state, both as codes that words exist for; ``values`` are what the words are filled with."""

    code: str
    state: str
    in_place: bool
    values: Mapping[str, str] = field(default_factory=dict)


ALWAYS = ("roles", "pseudonyms", "signed-log", "sealed-answers", "erasure", "preliminary", "explained", "retries")
"""What the program does whatever the settings are."""
NEVER = ("at-rest", "backup", "before-review", "names-in-results", "site-evaluation")
"""What it does not do, or what no setting tells."""


def measures(settings: Settings) -> list[Measure]:
    """Return every measure and whether it is in place."""
    return list(_measures(settings))


def _measures(settings: Settings) -> Iterator[Measure]:
    dimse, http = f"{settings.dimse_host}:{settings.dimse_port}", f"{settings.http_host}:{settings.http_port}"
    at = {"dimse": dimse, "http": http, "url": settings.api_url}
    tls = settings.dimse_tls
    yield Measure("listener-tls", "on" if tls else "off", tls is not None, at | {"profile": tls.profile if tls else ""})
    local = is_loopback(settings.dimse_host) and is_loopback(settings.http_host)
    yield Measure("reach", "on" if local else "off", local, at)
    yield _senders(settings)
    https = settings.api_url.startswith("https://")
    yield Measure("api-tls", "on" if https else "off", https, at)
    oidc = settings.oidc
    yield Measure("provider", "on" if oidc else "off", oidc is not None, {"issuer": oidc.issuer if oidc else ""})
    yield Measure("purpose-required", "on" if settings.purpose_required else "off", settings.purpose_required)
    given = settings.subject_keys is not None
    yield Measure("subject-keys", "on" if given else "off", given)
    own = settings.database_url is not None
    yield Measure("database", "on" if own else "off", own)
    yield _witnesses(settings)
    yield from _repositories(settings)
    clear = ", ".join(one.name for one in recipients(settings) if one.is_clear)
    yield Measure("ways-out", "off" if clear else "on", not clear, {"names": clear})
    yield Measure("rules", "on" if settings.rules else "off", settings.rules is not None)
    yield Measure(
        "sessions", "on", in_place=True,
        values={"idle": str(settings.session_idle_min), "longest": f"{settings.session_max_h:g}"},
    )  # fmt: skip
    yield Measure(
        "limits", "on", in_place=True,
        values={
            "associations": str(settings.dimse_max_associations), "per_address": str(settings.dimse_max_per_address),
            "refusals": str(settings.refusals_max), "window": f"{settings.refusals_window_s:g}", "free": str(settings.min_free_mb),
        },
    )  # fmt: skip
    yield Measure("intended-use", "on", in_place=True, values={"use": settings.intended_use})
    years = {"years": str(settings.privacy.retention_years), "log_years": str(settings.privacy.log_years)}
    days = settings.retention.source_days
    yield Measure("retention", "off" if days is None else "on", days is not None, years | {"days": str(days)})
    yield from (Measure(code, "on", in_place=True, values=years) for code in ALWAYS)
    yield from (Measure(code, "off", in_place=False, values=years) for code in NEVER)


def _senders(settings: Settings) -> Measure:
    titles = settings.calling_ae_titles
    if not titles:
        return Measure("senders", "anyone", in_place=False)
    bare = [title for title, places in titles.items() if not places]
    if bare:
        return Measure(
            "senders", "titles", in_place=False, values={"titles": ", ".join(titles), "bare": ", ".join(bare)}
        )
    return Measure("senders", "addresses", in_place=True, values={"titles": ", ".join(titles)})


def _witnesses(settings: Settings) -> Measure:
    if not settings.witnesses:
        return Measure("witnesses", "none", in_place=False)
    elsewhere = [one.name for one in settings.witnesses if not isinstance(one, FileWitness)]
    if elsewhere:
        return Measure("witnesses", "elsewhere", in_place=True, values={"names": ", ".join(elsewhere)})
    home = settings.data_dir.resolve()
    files = [one for one in settings.witnesses if isinstance(one, FileWitness)]
    inside = all(witness_path(one, settings.data_dir).resolve().is_relative_to(home) for one in files)
    names = ", ".join(one.name for one in files)
    return Measure("witnesses", "data-folder" if inside else "files", in_place=False, values={"names": names})


def _repositories(settings: Settings) -> Iterator[Measure]:
    names = ", ".join(one.name for one in settings.audit_repositories)
    named = ", ".join(one.name for one in settings.audit_repositories if one.named)
    yield Measure("repositories", "on" if names else "off", bool(names), {"names": names})
    yield Measure("names-in-log-copies", "off" if named else "on", not named, {"names": named})
