"""What can go wrong at the edge, split by what the caller does next.

EdgeError
├── Unreadable    the sender's fault: tell them, keep nothing
│   └── Mismatched    whole, but not what it was announced as
├── Rejected      a peer said no: park it for a person
└── Unavailable   nobody answered, or not now: try later

Messages say what was wrong, where, and what to do. They never hold patient data.
"""


class EdgeError(Exception):
    """Base of every error that crosses the edge."""


class Unreadable(EdgeError):
    """The bytes are not what they claim to be; the sender must mend them."""


class Mismatched(Unreadable):
    """The data set is not of the SOP class under which it was sent."""


class Rejected(EdgeError):
    """A peer answered no; sending the same again will not help until a person changed something."""


class Unavailable(EdgeError):
    """No answer, or an answer that asks to come back later: ``retry_after_s`` is how much later, where the peer said so."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
