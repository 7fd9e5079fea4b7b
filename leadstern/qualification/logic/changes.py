"""What differs between two versions of a definition, criterion by criterion. Called by the definition page."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Difference:
    """One criterion that came, went or became another; `before` and `after` are raw criteria (None: not there).
    `key` is empty for the number of shoulds that are needed."""

    key: str
    how: Literal["added", "removed", "changed"]
    before: Any
    after: Any


def differences(old: dict[str, Any] | None, new: dict[str, Any]) -> tuple[Difference, ...]:
    """From `old` (None: there was none) to `new`, in the order of `new`, removed ones last."""
    old = old or {"criteria": [], "should_needed": 0}
    before, after = ({one["key"]: one for one in content["criteria"]} for content in (old, new))
    found = [
        Difference(key, "changed" if key in before else "added", before.get(key), one)
        for key, one in after.items()
        if before.get(key) != one
    ]
    found += [Difference(key, "removed", one, None) for key, one in before.items() if key not in after]
    if old["should_needed"] != new["should_needed"]:
        found.append(Difference("", "changed", old["should_needed"], new["should_needed"]))
    return tuple(found)
