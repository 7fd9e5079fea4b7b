"""The stages behind that every verdict is handed over to. Each registers its name in its `apps.py`; the row waits
under it."""

_names: dict[str, None] = {}


def register(name: str) -> None:
    """From now on every verdict waits for `name` (see `actions.take_hand_overs`). Registering twice is registering
    once."""
    if not 0 < len(name) <= 20:
        raise ValueError(f"no name for a taker: {name!r}")
    _names[name] = None


def unregister(name: str) -> None:
    """Nothing more waits for `name`; what waits already stays."""
    _names.pop(name, None)


def names() -> tuple[str, ...]:
    return tuple(_names)
