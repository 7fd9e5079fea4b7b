"""The words of selling: tasks, outcomes of calls, the four questions of the call guide, results."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right


class TaskKind(models.TextChoices):
    """What is to be done."""

    FIRST_CALL = "first_call", _("First call")
    CALL_BACK = "call_back", _("Call back")
    HAND_OVER = "hand_over", _("Accept or return")
    FOLLOW_UP = "follow_up", _("Follow up")
    REPAIR = "repair", _("Repair contact details")


class CallResult(models.TextChoices):
    """How a call ended."""

    REACHED = "reached", _("Reached")
    NOT_REACHED = "not_reached", _("Not reached")


class Question(models.TextChoices):
    """BANT: what has to be known before sales takes over."""

    NEED = "need", _("Need")
    BUDGET = "budget", _("Budget")
    AUTHORITY = "authority", _("Authority to decide")
    TIMING = "timing", _("Timing")


class AnswerState(models.TextChoices):
    """What an answer means for the qualification."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    OPEN = "open", _("open")


class OutcomeKind(models.TextChoices):
    """What became of a lead in sales. `QUALIFIED`: need, budget, authority and timing were confirmed by phone."""

    QUALIFIED = "qualified", _("Qualified by phone")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    RECYCLED = "recycled", _("Back to nurturing")
    DISQUALIFIED = "disqualified", _("Sorted out")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class CorrectionGround(models.TextChoices):
    """Why a decision cannot be taken back."""

    DONE = "done", _("This decision has been taken back already.")
    FOLLOWED = "followed", _("This lead was moved again since. The decision can no longer be taken back.")
    NOT_HERE = "not_here", _("This cannot be taken back.")
    TOO_LATE = "too_late", _("A decision can be taken back for seven days. After that, record a new one.")
    NOT_ALLOWED = "not_allowed", _("Only who may make this decision can take it back.")


class RecycleReason(models.TextChoices):
    """Why a lead goes back to nurturing."""

    NO_BUDGET_YET = "no_budget_yet", _("No budget yet")
    LATER = "later", _("Purchase planned for later")
    NOT_REACHED = "not_reached", _("Not reached after several attempts")
    STILL_INFORMING = "still_informing", _("Still gathering information")


class DisqualifyReason(models.TextChoices):
    """Why a lead is sorted out. Each is a fact, none is "other"."""

    NO_NEED = "no_need", _("No need")
    OUTSIDE_REGION = "outside_region", _("Outside our region")
    NOT_OUR_RANGE = "not_our_range", _("Not in our range")
    STUDENT = "student", _("Pupil or student")
    APPLICANT = "applicant", _("Applicant")
    COMPETITOR = "competitor", _("Competitor")
    PRESS = "press", _("Press")
    WRONG_DETAILS = "wrong_details", _("Contact details are wrong")
    NO_CONTACT_WISHED = "no_contact_wished", _("Wishes no contact")


class RejectReason(models.TextChoices):
    """Why field sales gives a lead back."""

    NOT_QUALIFIED = "not_qualified", _("Qualification does not hold")
    MISSING_INFORMATION = "missing_information", _("Information is missing")
    WRONG_PERSON = "wrong_person", _("Wrong contact person")
    NO_CAPACITY = "no_capacity", _("No capacity at present")


class LossReason(models.TextChoices):
    """Why an opportunity was lost."""

    COMPETITOR = "competitor", _("Bought from a competitor")
    PRICE = "price", _("Price")
    NO_DECISION = "no_decision", _("No decision was made")
    VALUE_UNCLEAR = "value_unclear", _("Value was not understood")
    TIMING = "timing", _("Could not deliver in time")
    NOT_FEASIBLE = "not_feasible", _("Technically not feasible")


class CallGround(models.TextChoices):
    """Why a lead may be called or not. The rules stand in `sales.logic.CALL_RULES`."""

    NO_NUMBER = "no_number", _("No telephone number is known")
    BROKEN_NUMBER = "broken_number", _("The number does not work")
    OBJECTED = "objected", _("Wishes no calls (objection)")
    CONSENT = "consent", _("Consent to calls is on record")
    ENQUIRY_BUSINESS = "enquiry_business", _("Own enquiry (Germany, business)")
    ENQUIRY_PHONE = "enquiry_phone", _("Own enquiry with this number (Germany)")
    ENQUIRY_AUSTRIA = "enquiry_austria", _("Own enquiry with this number (Austria)")
    ENQUIRY_SWITZERLAND = "enquiry_switzerland", _("Own enquiry with this number (Switzerland)")
    NOTHING = "nothing", _("Neither an enquiry with a number nor consent to calls")


class Urgency(models.TextChoices):
    """The groups of the queue, in their order."""

    LATE = "late", _("over time")
    HOT = "hot", _("hot, with a deadline")
    CALL_BACK = "call_back", _("call back now")
    DUE = "due", _("due")
    PLANNED = "planned", _("planned")


class IssueCode(models.TextChoices):
    """Why a line of a file of outcomes was not taken."""

    NO_ID = "no_id", _("The outside id is missing")
    UNKNOWN_ID = "unknown_id", _("No lead has this outside id")
    NO_DATE = "no_date", _("The date is missing")
    WRONG_DATE = "wrong_date", _("The date cannot be read")
    FUTURE_DATE = "future_date", _("The date lies in the future")
    WRONG_VALUE = "wrong_value", _("The value cannot be read")


REQUIRED_ANSWERS = (Question.NEED, Question.BUDGET, Question.AUTHORITY, Question.TIMING)
CALLING = (TaskKind.FIRST_CALL, TaskKind.CALL_BACK, TaskKind.FOLLOW_UP)
MOST_ATTEMPTS = 6
CORRECTABLE = {
    OutcomeKind.QUALIFIED: Right.QUALIFY,
    OutcomeKind.RECYCLED: Right.QUALIFY,
    OutcomeKind.DISQUALIFIED: Right.QUALIFY,
    OutcomeKind.REJECTED: Right.SELL,
    OutcomeKind.WON: Right.SELL,
    OutcomeKind.LOST: Right.SELL,
}
"""The decisions that can be taken back, and the right that making (and so taking back) them needs. Accepting is given
back by returning the lead."""
CORRECTABLE_FOR = timedelta(days=7)
"""A mis-click is noticed within a working week. Later others have built on it and figures were reported: what has
changed since is a new decision."""
JUST_NOW = timedelta(minutes=30)
"""How long the page "Today" offers a person to take their last decision back."""
TAKER = "sales"
