"""All writing of this stage: the one door for submissions, forms, magnets and downloads."""

from leadstern.capture.actions.downloads import grant_download, mark_downloads_taken, record_download, renew_grant
from leadstern.capture.actions.erasing import erase_issues, erase_submissions
from leadstern.capture.actions.forms import Overtaken, close_form, create_form, publish_draft, reopen_form, save_draft
from leadstern.capture.actions.magnets import add_magnet
from leadstern.capture.actions.submissions import (
    accept_submission,
    hold_submission,
    mark_corrected,
    mark_spam,
    mark_taken,
    note_reason,
    park_many,
    park_submission,
    receive,
    reject_submission,
)

__all__ = [
    "Overtaken",
    "accept_submission",
    "add_magnet",
    "close_form",
    "create_form",
    "erase_issues",
    "erase_submissions",
    "grant_download",
    "hold_submission",
    "mark_corrected",
    "mark_downloads_taken",
    "mark_spam",
    "mark_taken",
    "note_reason",
    "park_many",
    "park_submission",
    "publish_draft",
    "receive",
    "record_download",
    "reject_submission",
    "renew_grant",
    "reopen_form",
    "save_draft",
]
