"""The scope gate: whether a picture is a frontal chest radiograph at all, upright and with its greys the right way round."""

from models.scope.gate import Gate, OutOfScope, ScopeCode

__all__ = ["Gate", "OutOfScope", "ScopeCode"]
