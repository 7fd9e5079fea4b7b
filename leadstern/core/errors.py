"""The errors the product raises by name. Entry points turn them into messages; nothing else catches them broadly."""


class LeadsternError(Exception):
    """Base of all named errors. `str(error)` is a translated sentence for the person at the desk."""


class Refused(LeadsternError):
    """The state of things does not allow what was asked (already accepted, not published, in use)."""


class Invalid(LeadsternError):
    """What was entered is wrong. `errors` maps a field name ('' for the whole) to its sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(text for texts in errors.values() for text in texts))
        self.errors = errors
