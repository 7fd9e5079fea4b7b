"""Proof of work in the ALTCHA protocol (version 3 of its widget): a challenge to solve in the browser, used once.

Expiry is carried in the signed data and compared with the product's clock, not with the library's.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from altcha import Payload, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache

VALID = timedelta(hours=2)
_ALGORITHM, _COST, _LEAST, _SPREAD = "PBKDF2/SHA-256", 3000, 60, 240


def challenge(*, now: datetime) -> dict[str, Any]:
    """JSON for the browser. 60 to 300 derivations: under two seconds on a slow telephone, no long tail."""
    made = create_challenge(
        _ALGORITHM, _COST,
        counter=_LEAST + secrets.randbelow(_SPREAD),
        data={"until": int((now + VALID).timestamp())},
        hmac_secret=_secret("challenge"), hmac_key_secret=_secret("solution"),
    )  # fmt: skip
    return dict(made.to_dict())


def solved(payload: str, *, now: datetime) -> str:
    """The signature of the challenge that `payload` (base64 JSON) solves; empty unless it is ours and still valid."""
    if not payload or len(payload) > 4000:
        return ""
    try:
        proof = Payload.from_base64(payload)
        until = (proof.challenge.parameters.data or {})["until"]
        result = verify_solution(proof, _secret("challenge"), hmac_key_secret=_secret("solution"))
        is_right = bool(result.verified) and until >= now.timestamp()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return str(proof.challenge.signature) if is_right else ""


def is_first_use(signature: str, *, holder: str) -> bool:
    """Whether nobody else has used this solution (False for an empty one); from now on nobody else can.

    `holder` is the key of the submission: the same one may come again after a crash. Joins the caller's transaction.
    """
    key = f"capture:proof:{signature}"
    return bool(signature) and (cache.add(key, holder, timeout=int(VALID.total_seconds())) or cache.get(key) == holder)


def _secret(purpose: str) -> str:
    return f"capture.proof.{purpose}:{settings.SECRET_KEY}"
