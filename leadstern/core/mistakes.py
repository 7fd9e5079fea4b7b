"""What an action found wrong, shown in the form that was sent. Called by the views that catch the named errors."""

from django.forms import BaseForm

from leadstern.core.errors import Invalid, Refused


def mark(form: BaseForm, error: Invalid | Refused) -> None:
    """Each sentence beside its field; above the form when it has no such field or the whole was refused."""
    errors = error.errors if isinstance(error, Invalid) else {"": [str(error)]}
    for field, sentences in errors.items():
        form.add_error(field if field in form.fields else None, list(sentences))
