"""Which moves from stage to stage are allowed."""

from leadstern.qualification.terms import BY_MACHINE, BY_PERSON, Cause, Stage


def is_allowed(old: Stage, new: Stage, *, cause: Cause) -> bool:
    """Whether `cause` may move a lead from `old` to `new`. An import states facts of another system: any other
    stage."""
    match cause:
        case Cause.PERSON:
            return new in BY_PERSON[old]
        case Cause.DEFINITION:
            return new in BY_MACHINE.get(old, frozenset())
        case Cause.RETURNED:
            return (old, new) == (Stage.RECYCLED, Stage.CAPTURED)
        case Cause.IMPORTED:
            return old is not new
    return False
