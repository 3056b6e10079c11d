from datetime import date

import pytest

from casework.domain.errors import RuleBroken
from casework.domain.ground_catalogue import CATALOGUE
from casework.domain.outcomes import get_ground
from casework.domain.remedies import (
    Remedy,
    Standing,
    refuses_information,
    remedy,
    review_bodies,
)

BUREAU = "青山市自然资源和规划局"
CITY = "青山市人民政府"
PROVINCE_BUREAU = "南岭省自然资源厅"


def _remedy(decided_on: date, *, withholds: bool = True) -> Remedy:
    return remedy(withholds=withholds, decided_on=decided_on, review_bodies=(CITY,))


@pytest.mark.parametrize(
    ("decided_on", "months", "article"),
    [
        (date(2015, 4, 30), "三个月", "第三十九条"),  # Thu, the last day of the 1989 law
        (date(2015, 5, 1), "六个月", "第四十六条"),
        (date(2023, 12, 31), "六个月", "第四十六条"),
    ],
)
def test_time_to_sue_follows_the_law_of_the_day(
    decided_on: date, months: str, article: str
) -> None:
    found = _remedy(decided_on)
    assert f"{months}内依法向有管辖权的人民法院提起行政诉讼" in found.text
    assert "六十日内向青山市人民政府申请行政复议" in found.text
    assert any(article in basis for basis in found.basis)
    assert not found.must_review_first
    assert "应当先申请行政复议" not in found.text


def test_refusal_goes_to_review_first_from_2024() -> None:
    found = _remedy(date(2024, 1, 1))
    assert found.must_review_first
    assert "您应当先申请行政复议" in found.text
    assert "第二十三条第一款第（四）项" in found.text
    assert "行政复议决定书之日起十五日内" in found.text
    assert "六个月" not in found.text  # no direct suit is offered
    assert not _remedy(date(2023, 12, 31)).must_review_first


def test_other_answers_may_still_be_sued_directly_after_2024() -> None:
    found = _remedy(date(2026, 9, 28), withholds=False)
    assert not found.must_review_first
    assert "六个月" in found.text
    assert any("第二十条" in basis for basis in found.basis)


def test_organisations_are_addressed_as_such() -> None:
    found = remedy(
        withholds=False,
        decided_on=date(2026, 9, 28),
        review_bodies=(CITY, PROVINCE_BUREAU),
        court="青山市中级人民法院",
        salutation="贵单位",
        document="本告知",
    )
    assert found.text == (
        "如对本告知不服，贵单位可以自收到本告知之日起六十日内向青山市人民政府或者南岭省自然资源厅"
        "申请行政复议，或者自收到本告知之日起六个月内依法向青山市中级人民法院提起行政诉讼。"
    )


@pytest.mark.parametrize(
    ("standing", "before", "since"),
    [
        (Standing.DEPARTMENT, (CITY, PROVINCE_BUREAU), (CITY,)),
        (Standing.GOVERNMENT, (CITY,), (CITY,)),
        (Standing.PROVINCIAL_GOVERNMENT, (BUREAU,), (BUREAU,)),
        (Standing.STATE_COUNCIL_DEPARTMENT, (BUREAU,), (BUREAU,)),
        (Standing.VERTICAL, (PROVINCE_BUREAU,), (PROVINCE_BUREAU,)),
        (Standing.JUSTICE_DEPARTMENT, (CITY, PROVINCE_BUREAU), (CITY, PROVINCE_BUREAU)),
    ],
)
def test_review_body_by_standing(
    standing: Standing, before: tuple[str, ...], since: tuple[str, ...]
) -> None:
    for decided_on, bodies in ((date(2023, 12, 31), before), (date(2024, 1, 1), since)):
        assert bodies == review_bodies(
            standing,
            agency=BUREAU,
            superior_government=CITY,
            superior_department=PROVINCE_BUREAU,
            decided_on=decided_on,
        )


def test_missing_review_body_is_refused() -> None:
    with pytest.raises(RuleBroken) as refused:
        review_bodies(
            Standing.VERTICAL,
            agency=BUREAU,
            superior_government=CITY,
            superior_department="",
            decided_on=date(2026, 9, 28),
        )
    assert refused.value.code == "review_body_unknown"
    with pytest.raises(RuleBroken):
        remedy(withholds=False, decided_on=date(2026, 9, 28), review_bodies=())


def test_no_remedy_before_the_first_regulation() -> None:
    with pytest.raises(RuleBroken) as refused:
        _remedy(date(2008, 4, 30))
    assert refused.value.field == "decided_on"


def test_only_refusals_under_articles_14_to_16_close_the_court() -> None:
    for ground in CATALOGUE:
        cites = any(
            article in ground.basis.get("2019", "")
            for article in ("第十四条", "第十五条", "第十六条")
        )
        if "2019" in ground.basis and ground.code != "partly_disclosed":
            assert refuses_information(ground) is cites, ground.code


def test_partial_answer_is_judged_by_its_withheld_part() -> None:
    partial = get_ground("partly_disclosed")
    assert refuses_information(partial, (get_ground("trade_secret"),))
    assert not refuses_information(partial, (get_ground("outside_regulation"),))
