"""The overview of a township and the page of a village, as a clerk reads them."""

from registry.kernel.work import Work
from tests import deals, factories
from tests.factories import TOWNSHIP, VILLAGE
from tests.serving import providers_on, serving
from tests.summaries.test_summary import Place, place  # noqa: F401


async def page(work: Work, address: str) -> str:
    await deals.periods(work)
    async with serving(providers=providers_on(work)) as client:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text


async def test_the_overview_begins_with_a_sentence(work: Work, place: Place) -> None:  # noqa: F811
    text = await page(work, f"/divisions/{TOWNSHIP}?period=2022")
    assert (
        "2022 年，1 个村有 9 户参与联结，其中 7 户已有结果，户均多挣 +1,408.98 元；1 户少挣，1 条数据不全"
        in text
    )
    assert f'href="/divisions/{VILLAGE}?period=2022"' in text
    assert "每个点是一户" in text


async def test_households_without_residents_are_counted_beside_the_gain_per_person(
    work: Work,
    place: Place,  # noqa: F811
) -> None:
    for household in place.households[:5]:
        await factories.headcount(work, household, resident=3)
    assert "按常住人口，2 户没有人数" in await page(work, f"/divisions/{TOWNSHIP}?period=2022")


async def test_a_village_shows_its_linkage(work: Work, place: Place) -> None:  # noqa: F811
    text = await page(work, f"/divisions/{VILLAGE}?period=2022")
    assert "示范品源现代农业" in text
    assert "固定价每公斤 6.00 元" in text
    assert "<svg" in text


async def test_the_only_township_is_home(work: Work, place: Place) -> None:  # noqa: F811
    async with serving(providers=providers_on(work)) as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/divisions/{TOWNSHIP}")
        assert (await client.get(f"/divisions/{TOWNSHIP}?period=2022Q9")).status_code == 422
        assert (await client.get("/divisions/999999999999")).status_code == 404


async def test_without_households_home_says_what_to_do(work: Work) -> None:
    assert "还没有登记任何农户" in await page(work, "/")
