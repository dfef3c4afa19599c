"""What a limit lets through, in words, as commands say it; cards have signs (`roots.cards.tables.interval`)."""

from collections.abc import Mapping
from typing import Any


def between(low: float | None, high: float | None) -> str:
    """The values between two bounds; None is no bound. Limits have all their digits.

    >>> between(10, 100_000), between(0.07, None), between(None, 2300.0), between(None, None)
    ('10 to 100,000', '0.07 or more', '2,300 or less', 'everything')
    """
    if low is not None and high is not None:
        return f"{_digits(low)} to {_digits(high)}"
    if low is not None:
        return f"{_digits(low)} or more"
    return f"{_digits(high)} or less" if high is not None else "everything"


def let_through(limit: Mapping[str, Any] | None) -> str:
    """A limit as the manifest of a ledger has it; None is that of a filter that the ledger does not know.

    >>> let_through({"applied": True, "min": 0.07, "max": None}), let_through({"applied": False, "min": 1, "max": 2})
    ('0.07 or more', 'not applied')
    """
    return between(limit["min"], limit["max"]) if limit is not None and limit["applied"] else "not applied"


def _digits(bound: float) -> str:
    return f"{bound:,}" if isinstance(bound, int) else f"{bound:,.15g}"
