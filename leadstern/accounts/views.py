"""One's own profile. The people pages, which record who changed what, are in `desk/views/people.py`."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from leadstern.accounts.access import person, public, requires
from leadstern.accounts.actions import change_user
from leadstern.accounts.forms import ProfileForm
from leadstern.accounts.models import User
from leadstern.accounts.terms import Right


@requires(Right.SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    """Name, telephone, language, colours, keys. The confirmation is in the language just chosen."""
    user = person(request)
    # A copy, because validating writes the values onto the form's object, and the frame shows the real person.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        change_user(user, changes=form.cleaned_data, by=user)
        with translation.override(user.language):
            messages.success(request, _("Your profile has been saved."))
        return redirect("accounts:profile")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@public
def closed(request: HttpRequest) -> HttpResponse:
    """A page of the sign-in library that is not offered here."""
    raise Http404
