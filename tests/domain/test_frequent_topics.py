"""第四十四条: which requests are for the same, and which topics are worth a look."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.errors import RuleBroken
from casework.domain.frequent_topics import TopicRequest, group_requests, worth_publishing
from casework.domain.publication import Published, check_reason
from casework.domain.search_text import FoldTable, fold

TABLE = FoldTable({})
TODAY = date(2026, 9, 28)


def request(number: int, text: str, applicant: str = "", ground: str = "disclosed") -> TopicRequest:
    return TopicRequest(
        id=number,
        number=f"〔2026〕{number}号",
        request=fold(text, TABLE),
        applicant=applicant or f"人{number}",
        received_on=TODAY,
        ground=ground,
    )


REQUESTS = st.lists(
    st.builds(
        request,
        st.integers(1, 99),
        st.sampled_from(
            [
                "公开2020年部门决算",
                "公开2021年部门决算",
                "公开征收补偿方案",
                "公开征收补偿方案。",
                "",
                "甲",
            ]
        ),
        st.sampled_from(["张", "王", "李"]),
        st.sampled_from(["", "disclosed", "partly_disclosed", "already_public", "not_existing"]),
    ),
    max_size=20,
)


@given(REQUESTS)
def test_every_request_is_in_one_topic_and_the_figures_agree(requests: list[TopicRequest]) -> None:
    topics = group_requests(requests)
    inside = sorted((each.id, each.request) for topic in topics for each in topic.requests)
    assert inside == sorted((each.id, each.request) for each in requests)
    for topic in topics:
        assert len({"2020" in each.request for each in topic.requests}) == 1
        assert len({"2021" in each.request for each in topic.requests}) == 1
        assert 1 <= topic.applicants <= len(topic.requests)
        assert topic.disclosed <= len(topic.requests)
    counts = [topic.applicants for topic in topics]
    assert counts == sorted(counts, reverse=True)
    for topic in worth_publishing(topics):
        assert topic.applicants > 1
        assert topic.disclosed
        assert not topic.is_public


def test_many_are_people_and_not_applications() -> None:
    text = "申请公开柳湾村征收补偿安置方案"
    alone = [request(n, text, "张") for n in range(5)]
    assert worth_publishing(group_requests(alone)) == []
    [topic] = worth_publishing(group_requests([*alone, request(9, f"请{text}。", "王")]))
    assert (topic.applicants, len(topic.requests)) == (2, 6)
    assert topic.newest.id == 0


def test_what_was_not_disclosed_or_is_public_already_is_left() -> None:
    text = "申请公开柳湾村征收补偿安置方案"
    refused = [request(n, text, ground="not_existing") for n in range(3)]
    assert worth_publishing(group_requests(refused)) == []
    public = [request(1, text), request(2, text, ground="already_public")]
    assert worth_publishing(group_requests(public)) == []
    own = [request(n, "申请公开本人2022年工龄认定依据") for n in range(3)]
    assert worth_publishing(group_requests(own)) == []
    part = [request(1, text, ground="partly_disclosed"), request(2, text, ground="")]
    assert len(worth_publishing(group_requests(part))) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": " "}, "what"),
        ({"where": ""}, "where"),
        ({"on": None}, "on"),
        ({"on": date(2026, 9, 29)}, "on"),
    ],
)
def test_a_publication_says_what_where_and_when(changes: dict[str, object], field: str) -> None:
    values: dict[str, object] = {"what": "方案", "where": "门户网站征地专栏", "on": TODAY}
    with pytest.raises(RuleBroken) as refused:
        Published(**(values | changes)).checked(today=TODAY)
    assert refused.value.field == field
    assert Published(**values).checked(today=TODAY).where == "门户网站征地专栏"


def test_declining_takes_a_reason() -> None:
    with pytest.raises(RuleBroken, match="请写明为什么不纳入"):
        check_reason(" \n")
    assert check_reason("涉及个人隐私\n") == "涉及个人隐私"
