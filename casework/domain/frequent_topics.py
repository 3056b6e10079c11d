"""多个申请人就相同政府信息提出申请 (条例第四十四条第一款): which requests ask for the same.

Requests are the same where they read nearly alike and name the same figures (domain.similarity);
they are many where more than one person asks. Whether the information may be disclosed, and
whether it is then put to 主动公开, is for the agency to decide.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from heapq import nlargest
from typing import TYPE_CHECKING

from casework.domain.grounds import Outcome
from casework.domain.outcomes import find_ground
from casework.domain.search_text import grams
from casework.domain.similarity import asks_the_same, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MANY = 2
"""第四十四条 says 多个 and no figure: more than one."""

_LOOKED_UP = 3
_DISCLOSED = frozenset({Outcome.DISCLOSED, Outcome.PARTLY_DISCLOSED})
_ONESELF = "本人"
_ALREADY_PUBLIC = "already_public"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRequest:
    """One application: its folded request, who asked (any key that tells people apart), its end."""

    id: int
    number: str
    request: str
    applicant: str
    received_on: date
    ground: str


@dataclass(slots=True, kw_only=True)
class FrequentTopic:
    """Requests for the same; the newest stands for all."""

    requests: list[TopicRequest] = field(default_factory=list)

    @property
    def newest(self) -> TopicRequest:
        """The request that says what it is about."""
        return self.requests[0]

    @property
    def applicants(self) -> int:
        """How many people asked."""
        return len({each.applicant for each in self.requests})

    @property
    def disclosed(self) -> int:
        """How many were answered by giving the information or a part of it."""
        grounds = (find_ground(each.ground) for each in self.requests if each.ground)
        return sum(ground.outcome in _DISCLOSED for ground in grounds if ground is not None)

    @property
    def is_public(self) -> bool:
        """Whether an answer said already where it is published (第三十六条第一项)."""
        return any(each.ground == _ALREADY_PUBLIC for each in self.requests)

    @property
    def is_personal(self) -> bool:
        """Whether the words mean each applicant's own record: alike in words, different in fact."""
        return any(_ONESELF in each.request for each in self.requests)


def group_requests(requests: Iterable[TopicRequest]) -> list[FrequentTopic]:
    """Return the topics among requests, given the newest first, the most asked for first.

    Each request joins the first topic whose newest one asks the same. It is compared with those
    only that share one of its three weightiest pairs: any two that ask the same do.
    """
    every = list(requests)
    weights = weigh(each.request for each in every)
    topics: list[FrequentTopic] = []
    by_gram: defaultdict[str, list[FrequentTopic]] = defaultdict(list)
    for each in every:
        # By weight, then by the pair itself: the same text always looks up the same.
        heavy = nlargest(_LOOKED_UP, grams(each.request), key=lambda gram: (weights.of(gram), gram))
        candidates = {id(topic): topic for gram in heavy for topic in by_gram[gram]}
        for topic in candidates.values():
            if asks_the_same(topic.newest.request, each.request, weights):
                topic.requests.append(each)
                break
        else:
            topic = FrequentTopic(requests=[each])
            topics.append(topic)
            for gram in heavy:
                by_gram[gram].append(topic)
    return sorted(topics, key=lambda topic: (-topic.applicants, -len(topic.requests)))


def worth_publishing(topics: Iterable[FrequentTopic]) -> list[FrequentTopic]:
    """Return the topics of 第四十四条第一款: asked for by many, disclosed, not public yet."""
    return [
        topic
        for topic in topics
        if topic.applicants >= MANY
        and topic.disclosed
        and not (topic.is_public or topic.is_personal)
    ]
