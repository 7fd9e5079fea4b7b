"""What a command answers: data for machines, a text for people, an exit status."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """`data` is what `--json` prints. `status` 1 says: done, but something needs attention."""

    data: Any
    text: str
    status: int = 0

    def as_json(self) -> Any:
        return self.data

    def as_text(self) -> str:
        return self.text
