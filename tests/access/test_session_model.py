"""What a session tells its owner."""

from uuid import UUID

import pytest

from registry.access.session_model import SessionRow
from tests.serving import NOW

GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            f"Mozilla/5.0 (Windows NT 6.1; Win64; x64) {GECKO} Chrome/109.0.0.0 Safari/537.36",
            "Windows 电脑 Chrome",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {GECKO} Chrome/120.0 Safari/537.36 Edg/120.0", "Windows 电脑 Edge"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Linux 电脑 Firefox"),
        (
            f"Mozilla/5.0 (Linux; Android 12) {GECKO} Chrome/107 Safari/537.36 MicroMessenger/8.0",
            "安卓手机 微信",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "苹果手机 Safari",
        ),
        ("curl/8.5.0", "未知"),
        ("", "未知"),
    ],
)
def test_browser_and_machine_in_words(agent: str, said: str) -> None:
    row = SessionRow(
        session_id=UUID(int=1),
        account_id=UUID(int=2),
        account_grant_id=None,
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW,
        ended_at=None,
        end_reason=None,
        address="192.0.2.1",
        agent=agent,
    )
    assert row.browser == said
