"""What the stage offers to the others when Django starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from leadstern.accounts.terms import Right
from leadstern.core.registry import Page, pages


class CaptureConfig(AppConfig):
    name = "leadstern.capture"
    label = "capture"

    def ready(self) -> None:
        pages.offer(
            Page(
                "capture.submissions", _("What came in"), "capture:submissions", "capture", Right.SEE_ALL_LEADS,
                _("submissions, enquiries, spam, parked, held"),
            ),
            Page(
                "capture.forms", _("Forms"), "capture:forms", "capture", Right.BUILD_FORMS,
                _("form builder, embed code, contact form, publish"),
            ),
            Page(
                "capture.magnets", _("Download offers"), "capture:magnets", "capture", Right.BUILD_FORMS,
                _("lead magnet, download, white paper, upload"),
            ),
            Page(
                "capture.imports", _("Imports"), "capture:imports", "capture", Right.IMPORT_LEADS,
                _("CSV file, Excel, list, upload"),
            ),
            Page(
                "capture.manual", _("New lead"), "capture:manual", "leads", Right.EDIT_LEADS,
                _("quick entry, by hand, telephone"),
            ),
        )  # fmt: skip
