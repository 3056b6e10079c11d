"""What a search costs beside plain LIKE: ``python bench/search.py [CASES] [postgresql]``.

Default 100,000 seeded cases of ten years at thirty agencies, on a temporary SQLite file or a
throw-away PostgreSQL. For each word, warm, the median of seven:

- LIKE: the query one would write without an index, over number, applicant, subject, request and
  remark: the newest 51, and how many there are;
- index: all hits by the bigram index, rechecked and scored, up to the 10,000 newest
  (``queries.search_hits``): the one pass from which page, order and counts come;
- page: everything the search page asks: the list with its clocks, the counts of six filters, the
  excerpts with the words marked.

LIKE with a common word stops early at the newest 51; it neither ranks nor counts. Both must agree
on how many cases a word is in, or the bench stops. The last column is the page's time over that at
a hundredth of the cases: what growing a hundredfold costs. The machine is whatever it is, so read
the ratios.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, func, or_, select, text
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from casework.domain.application import ApplicantType  # noqa: E402
from casework.domain.permissions import Actor, Role  # noqa: E402
from casework.domain.search_criteria import SearchCriteria, search_terms  # noqa: E402
from casework.domain.search_text import fold, grams  # noqa: E402
from casework.domain.working_days import shipped_calendar  # noqa: E402
from casework.models import Agency, Applicant, Base, Case, sealed  # noqa: E402
from casework.queries.case_rows import PAGE, Viewer  # noqa: E402
from casework.queries.case_search import search_cases  # noqa: E402
from casework.queries.search_hits import MOST_RANKED, NEWEST_FIRST, list_hits  # noqa: E402
from casework.queries.search_words import FOLDING, initials  # noqa: E402
from casework.services import audit  # noqa: E402
from casework.services.demo_volume import Asked, invent_rows  # noqa: E402
from casework.services.desk import Desk  # noqa: E402
from casework.services.ledger_import import import_rows  # noqa: E402
from casework.services.transaction import prepare_engine  # noqa: E402
from tests.postgresql import Cluster  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement

CASES, SMALLER_BY = 100_000, 100
AGENCIES = 30
FIRST, LAST, TODAY = date(2015, 1, 5), date(2024, 12, 31), date(2026, 9, 28)
RUNS = 7
MILLISECONDS = 1000
NOT_ASKED = float("nan")

COMMON = "土地征收"


def words_of(desk: Desk) -> dict[str, tuple[str, bool]]:
    """Words of every kind out of the cases themselves, and whether one LIKE pattern finds them."""
    session = desk.session
    number, name, received_on = session.execute(
        select(Case.number, Applicant.name, Case.received_on)
        .join(Applicant)
        .where(
            Case.applicant_type == ApplicantType.NATURAL_PERSON,
            func.length(Applicant.name) == len("林秀珍"),
        )
        .order_by(Case.id)
        .offset(session.scalar(select(func.count()).select_from(Case)) // 2)
        .limit(1)
    ).one()
    requests = session.scalars(select(Case.request_text).order_by(Case.id).limit(20_000))
    counted = Counter(gram for request in requests for gram in grams(fold(request, FOLDING)))
    chinese = {gram: count for gram, count in counted.items() if gram.isalpha() and gram > "\u4e00"}
    rare = min(chinese, key=lambda gram: (abs(chinese[gram] - 20), gram))
    return {
        "two characters, in none": ("鲸鱼", True),
        "two characters, rare": (rare, True),
        "two characters, common": (COMMON[2:], True),
        "four characters": (COMMON, True),
        "two words": (f"{COMMON[2:]} 批复", False),
        "a name": (name, True),
        "a number": (f"{received_on.year}-{number[:-1].rpartition('〕')[2]}", False),
        "traditional script": ("土地徵收", False),
        "initials": (initials(name)[0], False),
    }


def desk_on(url: str) -> Desk:
    sealed.use_key(bytes(32))
    audit.use_key(bytes(32))
    # As config.py sets PostgreSQL up: a generic plan of a prepared statement knows no word.
    options = {} if url.startswith("sqlite") else {"connect_args": {"prepare_threshold": None}}
    engine = create_engine(url, **options)
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    actor = Actor(
        user_id=None,
        name="系统",
        agency_id=None,
        agency_path="/",
        roles=frozenset({Role.CLERK, Role.STATISTICIAN}),
    )
    return Desk(
        session=Session(engine),
        actor=actor,
        now=datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC),
        calendar=shipped_calendar(),
        stationery=None,  # type: ignore[arg-type]  no letter is written here
    )


def fill(desk: Desk, cases: int) -> float:
    """Take in ``cases`` seeded cases and return the seconds it took."""
    for number in range(1, AGENCIES + 1):
        name = f"青沅市第{number}局"
        desk.session.add(
            Agency(
                code=f"A{number}",
                name=name,
                short_name=name,
                path=f"/{number}/",
                number_prefix=f"青{number}公开",
                red_head=name,
            )
        )
    desk.session.commit()
    rows = invent_rows(
        random.Random(1),  # noqa: S311  the same cases each time
        desk.calendar,
        count=cases,
        agencies=[Asked(f"A{number}", "青沅市") for number in range(1, AGENCIES + 1)],
        first=FIRST,
        last=LAST,
        today=TODAY,
    )
    start = perf_counter()
    import_rows(desk, rows, source="bench")
    seconds = perf_counter() - start
    desk.session.execute(text("ANALYZE"))
    desk.session.commit()
    return seconds


def median(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(RUNS):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return statistics.median(times) * MILLISECONDS


def like(word: str) -> ColumnElement[bool]:
    columns = (Case.number, Applicant.name, Case.subject, Case.request_text, Case.note)
    return or_(*(column.contains(word) for column in columns))


def like_page(session: Session, word: str) -> object:
    query = (
        select(Case.id, Case.number, Case.request_text)
        .join(Applicant)
        .where(like(word))
        .order_by(*NEWEST_FIRST)
        .limit(PAGE + 1)
    )
    return session.execute(query).all()


def like_count(session: Session, word: str) -> int:
    query = select(func.count()).select_from(Case).join(Applicant).where(like(word))
    return session.scalar(query) or 0


def index_hits(session: Session, viewer: Viewer, word: str) -> object:
    criteria = SearchCriteria(text=word)
    return list_hits(session, viewer, criteria, search_terms(word, FOLDING))


def measure(
    desk: Desk, words: dict[str, tuple[str, bool]], cases: int
) -> dict[str, tuple[float, float, float, float, int]]:
    """Return by kind of word: LIKE's page and count, index, page in milliseconds, and the hits."""
    session = desk.session
    viewer = Viewer(actor=desk.actor, calendar=desk.calendar, today=TODAY, office_days=15)
    found = {}
    for kind, (word, like_knows) in words.items():
        criteria = SearchCriteria(text=word)
        hits = search_cases(session, viewer, criteria).counts.total
        by_like = like_all = NOT_ASKED
        if like_knows:
            really = like_count(session, word)
            if hits != min(really, MOST_RANKED + 1):
                sys.exit(f"“{word}”: LIKE finds {really} of {cases}, the index {hits}")
            by_like = median(lambda word=word: like_page(session, word))
            like_all = median(lambda word=word: like_count(session, word))
        found[kind] = (
            by_like,
            like_all,
            median(lambda word=word: index_hits(session, viewer, word)),
            median(lambda criteria=criteria: search_cases(session, viewer, criteria)),
            hits,
        )
    found["no words, all cases"] = (
        NOT_ASKED,
        NOT_ASKED,
        NOT_ASKED,
        median(lambda: search_cases(session, viewer, SearchCriteria())),
        cases,
    )
    return found


def compare(urls: tuple[str, str], cases: int) -> None:
    small, large = (desk_on(url) for url in urls)
    fill(small, max(cases // SMALLER_BY, 1))
    seconds = fill(large, cases)
    print(f"{cases:,} cases, taken in and indexed in {seconds:.0f} s")
    words = words_of(large)
    few, many = measure(small, words, cases // SMALLER_BY), measure(large, words, cases)
    print(
        f"{'':<26}{'hits':>8}{'LIKE 51':>11}{'LIKE all':>11}{'index':>10}{'LIKE all/index':>16}"
        f"{'page':>10}{'growth':>9}"
    )
    for kind, (by_like, like_all, by_index, page, hits) in many.items():
        line = (
            f"{kind:<26}{hits:>8,}{by_like:>9.1f}ms{like_all:>9.1f}ms{by_index:>8.1f}ms"
            f"{like_all / by_index:>15.1f}x{page:>8.1f}ms{page / few[kind][3]:>8.1f}x"
        )
        print(line.replace("nanms", "    –").replace("nanx", "   –"))


def main() -> None:
    cases = next((int(word) for word in sys.argv[1:] if word.isdigit()), CASES)
    with tempfile.TemporaryDirectory() as folder:
        if "postgresql" in sys.argv[1:]:
            (Path(folder) / "pg").mkdir()
            with Cluster(Path(folder) / "pg") as cluster:
                compare((cluster.create_database("small"), cluster.create_database("large")), cases)
        else:
            compare((f"sqlite:///{folder}/small.db", f"sqlite:///{folder}/large.db"), cases)


if __name__ == "__main__":
    main()
