"""The search page: words marked, filters as links, counts, and nothing masked given away."""

from __future__ import annotations

import re
import sys
from functools import partial

import pytest

from casework.domain.permissions import Role
from casework.queries.case_search import search_cases
from tests.web.conftest import text_of
from tests.web.test_road import register


@pytest.fixture
def clerk(client, log_in_as):
    log_in_as(client, Role.CLERK)
    return client


def facet(page: str, name: str) -> list[tuple[str, str]]:
    """Return the choices of a filter: address and words."""
    part = page.split(f'aria-labelledby="h-{name}"')[1].partition("</ul>")[0]
    return [
        (address.replace("&amp;", "&"), text_of(f"<a{words}"))
        for address, words in re.findall(r'<a href="([^"]+)"(.*?)</li>', part, re.DOTALL)
    ]


def test_words_are_marked_where_they_stand(clerk) -> None:
    register(clerk)
    page = clerk.read("/cases?q=土地徵收")
    assert "<mark>土地征收</mark>" in page
    assert "〔<mark>2026〕1号</mark>" in clerk.read("/cases?q=2026-1")
    by_initials = clerk.read("/cases?q=lxz")
    assert "<mark>林＊珍</mark>" in by_initials
    assert "林秀珍" not in by_initials


def test_a_filter_is_a_link_with_its_count_and_is_taken_off_by_another(clerk) -> None:
    register(clerk)
    page = clerk.read("/cases?q=征收")
    [(address, words)] = facet(page, "channel")
    assert words == "当面 1 件"
    chosen = clerk.read(address)
    assert "已选" in text_of(chosen)
    [(back, _)] = facet(chosen, "channel")
    assert back == "/cases?q=%E5%BE%81%E6%94%B6"
    nothing = clerk.read("/cases?q=征收&channel=mail&from=2026-9-1")
    assert "没有找到案件" in nothing
    assert 'name="channel" value="mail"' in nothing
    assert 'value="2026-09-01"' in nothing


def test_a_day_that_is_none_is_told_on_its_field_and_the_rest_is_done(clerk) -> None:
    case = register(clerk)
    page = clerk.read("/cases?from=2026-13-01&to=2026-12-31")
    assert "没有“2026-13-01”这一天" in page
    assert 'aria-describedby="f-from-e"' in page
    assert f'href="{case}"' in page


@pytest.mark.parametrize(
    "address",
    ["/cases?q=<script>", "/cases?q=%25&state=x", "/cases?after=1.2", "/cases?unit=<i>&subject='"],
)
def test_what_nobody_made_is_escaped_and_left(clerk, address) -> None:
    register(clerk)
    page = clerk.read(address)
    assert "<script>" not in page
    assert "<i>" not in page


def test_the_next_page_keeps_what_was_asked(clerk, monkeypatch) -> None:
    one_a_page = partial(search_cases, limit=1)
    monkeypatch.setattr(sys.modules["casework.web.cases.listing"], "search_cases", one_a_page)
    cases = {register(clerk), register(clerk)}
    first = clerk.read("/cases?q=征收&channel=in_person")
    [more] = re.findall(r'<a href="([^"]+)">下一页', first)
    assert "channel=in_person" in more
    assert "q=%E5%BE%81%E6%94%B6" in more
    second = clerk.read(more.replace("&amp;", "&"))
    assert "下一页" not in second
    shown = [set(re.findall(r'href="(/cases/\d+)"', page)) for page in (first, second)]
    assert [len(addresses) for addresses in shown] == [1, 1]
    assert shown[0] | shown[1] == cases


def test_a_search_is_kept_opened_again_and_taken_away(clerk, second_browser, log_in_as) -> None:
    register(clerk)
    answer = clerk.submit(
        "/cases/views?q=征收&channel=in_person",
        page="/cases?q=征收&channel=in_person",
        name="当面来的征收",
        shared="y",
    )
    assert answer.status_code == 302
    assert answer.location == "/cases?q=%E5%BE%81%E6%94%B6&channel=in_person"
    page = clerk.read("/cases")
    assert "当面来的征收（共用）" in text_of(page).replace(" （", "（")
    [address] = re.findall(r'<a href="([^"]+)">当面来的征收', page)
    assert address.replace("&amp;", "&") == answer.location
    log_in_as(second_browser, Role.HANDLER)
    assert "当面来的征收（web-clerk）" in text_of(second_browser.read("/cases")).replace(
        " （", "（"
    )
    [drop] = re.findall(r'action="(/cases/views/\d+/drop)"', page)
    assert drop not in second_browser.read("/cases")
    assert second_browser.submit(drop, page="/cases").status_code == 404
    assert clerk.submit(drop, page="/cases").status_code == 302
    assert "当面来的征收" not in clerk.read("/cases")


def test_what_cannot_be_kept_is_told_on_its_field_and_the_search_stays(clerk) -> None:
    case = register(clerk)
    answer = clerk.submit("/cases/views?q=征收", page="/cases?q=征收", name=" ")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请给这个查找起个名字" in page
    assert 'aria-describedby="name-e"' in page
    assert f'href="{case}"' in page
