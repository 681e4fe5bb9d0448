"""Valid, visibly fictional credit codes and organisations to test with."""

from typing import Any

from registry.kernel.types import CREDIT_ALPHABET, credit_code_ok

ENTERPRISE = "91421303MA49000102"
COOPERATIVE = "93421303MA4900029Q"
COLLECTIVE = "N2421303MF4900035D"


def credit_code(start: str) -> str:
    """The 17 characters with their check character."""
    return next(f"{start}{c}" for c in CREDIT_ALPHABET if credit_code_ok(f"{start}{c}"))


def enterprise(**changes: Any) -> dict[str, Any]:
    return {
        "division_code": "421303187000",
        "kind": "enterprise",
        "name": "示范品源现代农业有限公司",
        "credit_code": ENTERPRISE,
        **changes,
    }


def cooperative(**changes: Any) -> dict[str, Any]:
    return enterprise(
        **{"kind": "cooperative", "name": "示范重阳合作社", "credit_code": COOPERATIVE, **changes}
    )


def collective(**changes: Any) -> dict[str, Any]:
    return enterprise(
        **{"kind": "collective", "name": "示范甲村经济合作社", "credit_code": COLLECTIVE, **changes}
    )
