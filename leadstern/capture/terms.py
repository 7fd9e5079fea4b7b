"""The words of capturing: channels, states of a submission, kinds of forms and fields."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaptureChannel(models.TextChoices):
    """The way a submission came in; one folder in `capture/channels/` each."""

    FORM = "form", _("Form")
    DOWNLOAD = "download", _("Download")
    MANUAL = "manual", _("Entered by hand")
    FILE_IMPORT = "file_import", _("File import")


class SubmissionState(models.TextChoices):
    """`INVALID`: stored, but the person was told what to correct. `HELD`: not yet shown to be human. `PARKED`: a
    person has to look. `WAITING` is the hand-over to the leads stage, `TAKEN` its receipt."""

    RECEIVED = "received", _("Received")
    INVALID = "invalid", _("Corrections asked for")
    HELD = "held", _("Awaiting proof of a human")
    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Taken")
    PARKED = "parked", _("Parked")
    SPAM = "spam", _("Spam")


class FormKind(models.TextChoices):
    """What a form is for."""

    CONTACT = "contact", _("Contact")
    DOWNLOAD = "download", _("Download")


class FieldType(models.TextChoices):
    """What may be entered into a field."""

    TEXT = "text", _("Text")
    TEXTAREA = "textarea", _("Long text")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    POSTCODE = "postcode", _("Postcode")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    CHECKBOX = "checkbox", _("Checkbox")


class Reason(models.TextChoices):
    """Why a submission stands where it stands, when the machine decided. `state_reason` holds one of these or words."""

    TEST = "test", _("Test of the form")
    HONEYPOT = "honeypot", _("A field that people do not see was filled in")
    TOO_FAST = "too_fast", _("Filled in faster than a person can")
    RATE_LIMIT = "rate_limit", _("Unusually many from the same network")
    ENCODING = "encoding", _("The text was not sent as UTF-8")
    NO_PROOF = "no_proof", _("No proof of a human yet")
    CORRECTED = "corrected", _("Corrected and sent again")
    INTERRUPTED = "interrupted", _("The server was interrupted while taking it in: please check it")
    ERASED = "erased", _("Personal data erased")
    MAIL_LIMIT = "mail_limit", _("Taken, but this address has had enough mails from forms today")
    MAIL_REFUSED = "mail_refused", _("Taken, but no mail to the person could be queued: set up a sender and the texts")


UNFINISHED = (
    SubmissionState.RECEIVED,
    SubmissionState.INVALID,
    SubmissionState.HELD,
    SubmissionState.PARKED,
    SubmissionState.SPAM,
)


def reason_label(reason: str) -> str:
    """The sentence for a machine's reason; a person's own words as they are."""
    return str(Reason(reason).label) if reason in Reason.values else reason
