"""Filled year-end tables for tests: four hundred cases, the same ones every time."""

from __future__ import annotations

import random
from decimal import Decimal

from casework.domain.annual_fold import CubeRow, ReliefRow, fold
from casework.domain.application import ApplicantType, Channel, ReliefKind, ReliefResult
from casework.domain.forms import get_form
from casework.domain.outcomes import CATALOGUE
from casework.domain.statutory_clock import Timeliness

YEARS = {"2014": 2018, "2019": 2020, "2021": 2025}


def random_cube(cases=400, seed=20180209):
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    rows = []
    for _ in range(cases):
        finished = dice.random() < 0.9
        rows.append(
            CubeRow(
                is_new=dice.random() < 0.93,
                is_finished=finished,
                channel=dice.choice(list(Channel)),
                applicant_type=dice.choice(list(ApplicantType)),
                ground_code=dice.choice(CATALOGUE).code if finished else None,
                timeliness=dice.choice([Timeliness.ON_TIME, Timeliness.EXTENDED, Timeliness.LATE])
                if finished
                else None,
            )
        )
    return tuple(rows)


def random_reliefs(seed=20180209):
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return tuple(
        ReliefRow(kind=kind, result=result, count=dice.randrange(4))
        for kind in ReliefKind
        for result in ReliefResult
    )


def filled_table(code, cube=None, reliefs=None, **facts):
    """Fill a form; of the 2014 form only two of the rows for entry by hand."""
    form = get_form(code)
    if not form.columns:
        facts = {
            "hand_entered": {"1.1": 3120, "8.4": Decimal("2.5")},
            "fees_yuan": Decimal(380),
        } | facts
    return fold(
        form,
        YEARS[code],
        random_cube() if cube is None else cube,
        random_reliefs() if reliefs is None else reliefs,
        **facts,
    )
