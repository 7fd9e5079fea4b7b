"""Sentences of allauth whose German we say ourselves: its own catalogue says „du“, we say „Sie“.

Listed here so that `makemessages` keeps them in this stage's catalogue, which goes before allauth's. Read by nobody.
"""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Please type your current password."),
    _("Be patient, you are sending too many requests."),
    _("You must type the same password each time."),
    _("You must type the same email each time."),
    _("The email address and/or password you specified are not correct."),
    _("Too many failed login attempts. Try again later."),
    _("You cannot remove your primary email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You cannot add more than %d email addresses."),
    _("Your primary email address must be verified."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("Your email address is still pending verification."),
    _("Do you really want to remove the selected email address?"),
    _("Please Confirm Your Email Address"),
    _("Verify Your Email Address"),
    _("You have confirmed %(email)s."),
    _("Your password has been changed."),
    _("Are you sure you want to sign out?"),
    _("You have signed out."),
    _("You are already logged in as %(user_display)s."),
    _("You are about to generate a new set of recovery codes for your account."),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _(
        "You currently do not have any email address set up. You should really add an email address "
        "so you can receive notifications, reset your password, etc."
    ),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
)
