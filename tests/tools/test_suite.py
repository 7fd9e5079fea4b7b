"""`make test` never calls a run good that was not."""

import pytest

from tools.test import is_failed


@pytest.mark.parametrize(
    ("statuses", "whole", "part"),
    [
        ([0, 0, 0], False, False),
        ([0, 1, 0], True, True),
        ([0, 4], True, True),
        ([0, -9, 0], True, True),
        ([-11], True, True),
        ([0, 5], True, False),
        ([5, 5], True, True),
        ([], True, True),
    ],
)
def test_anything_but_good_fails(statuses: list[int], whole: bool, part: bool) -> None:
    assert is_failed(statuses, is_whole=True) is whole
    assert is_failed(statuses, is_whole=False) is part
