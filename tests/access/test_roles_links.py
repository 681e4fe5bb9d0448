"""Whatever a page offers to somebody, the application lets that person do."""

from urllib.parse import urljoin

import pytest

from tests.access.stage import PAGE, Stage, stage  # noqa: F401
from tests.demo.test_links import Seen, Walk
from tests.factories import VILLAGE
from tests.serving import ORIGIN

LEAVING = ("/logout", "/users/", "/account")
"""Forms that end what the walk goes on: the session, its account, its grant."""
OWN = "/account"
"""Of a session; the walk goes on a token. An administrator's page of itself leads there."""


class RoleWalk(Walk):
    """Follows the links of each kind of page; of a form it sends nothing, which is to be called a mistake."""

    async def look(self, address: str, at: str, page: Seen) -> None:
        for link in sorted(page.links):
            if link != OWN:
                self.follow(address, link)
        for target in sorted(page.sent_to):
            if not target.startswith(LEAVING):
                answer = await self.client.post(urljoin(address, target), data={}, headers=PAGE)
                if answer.status_code in (401, 403, 404, 405) or answer.status_code >= 500:
                    self.faults.append(f"{at}: {target} answers {answer.status_code}")


@pytest.mark.parametrize(
    ("who", "reached"),
    [
        ("cadre", {"/divisions/…", "/households/new", "/contracts/…/edit/annex", "/gains/…"}),
        ("clerk", {"/divisions/…", "/households/new", "/market-prices/…/edit", "/audit"}),
        ("zone", {"/divisions/Q1", "/households/…", "/market-prices/…/edit", "/audit"}),
        ("auditor", {"/divisions/…", "/households/…", "/contracts/…", "/audit"}),
        ("partner", {"/contracts/…", "/deliveries/…", "/market-prices"}),
        ("admin", {"/users", "/audit"}),
        ("stranger", {"/divisions/…", "/households/new", "/audit"}),
    ],
)
async def test_every_link_of_a_role_leads_somewhere(
    stage: Stage,  # noqa: F811
    who: str,
    reached: set[str],
) -> None:
    async with stage.acting("clerk") as client:
        draft = {"village_code": VILLAGE, "title": "示例草稿"}
        assert (await client.post("/api/v1/contracts", json=draft)).status_code == 201
    async with stage.acting(who) as client:
        walk = RoleWalk(client)
        await walk.go()
        assert not walk.faults, "\n".join(walk.faults)
        found = {address.removeprefix(ORIGIN).partition("?")[0] for address in walk.kinds}
        assert found >= reached
