"""文书设置: how an agency numbers its documents, what head they bear, whether they carry a code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.domain.errors import NotFound
from casework.domain.letter_kinds import LetterKind
from casework.domain.letter_style import HeadStyle, LabelSheet
from casework.domain.number_pattern import NumberPattern, check_series_words, read_pattern
from casework.domain.permissions import Permission, require
from casework.models import Agency
from casework.services.case_file import record_event
from casework.services.letter_writing import number_pattern, series_word
from casework.services.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from casework.domain.permissions import Actor
    from casework.services.desk import Desk

CHANGED = "change_letter_settings"
NUMBERED = tuple(kind for kind in LetterKind if kind.series)
"""The kinds that bear a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSettings:
    """What an agency sets; ``series_words`` and ``head_styles`` by the value of the kind.

    ``head_styles`` names only the kinds whose head is not ``head_style``.
    """

    number_pattern: str
    series_words: Mapping[str, str]
    head_style: HeadStyle
    prints_code: bool
    head_styles: Mapping[str, HeadStyle] = field(default_factory=dict)
    label_sheet: LabelSheet = LabelSheet.TWO_BY_SEVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyLetters:
    """An agency with its settings, for the page."""

    id: int
    name: str
    number_prefix: str
    settings: LetterSettings

    def sample(self, kind: LetterKind, *, year: int, sequence: int) -> str:
        """Return how the number of this kind would read."""
        return NumberPattern(self.settings.number_pattern).write(
            prefix=self.number_prefix,
            series=self.settings.series_words[kind.value],
            year=year,
            sequence=sequence,
        )


def get_letter_settings(session: Session, actor: Actor, agency_id: int) -> AgencyLetters:
    """Return an agency's settings; NotFound if it is not in the actor's part of the tree."""
    agency = _agency(session, actor, agency_id)
    return AgencyLetters(
        id=agency.id,
        name=agency.name,
        number_prefix=agency.number_prefix,
        settings=LetterSettings(
            number_pattern=number_pattern(agency).text,
            series_words={kind.value: series_word(agency, kind) for kind in NUMBERED},
            head_style=agency.head_style,
            prints_code=agency.prints_code,
            head_styles={kind: HeadStyle(style) for kind, style in agency.head_styles.items()},
            label_sheet=agency.label_sheet,
        ),
    )


def change_letter_settings(desk: Desk, agency_id: int, settings: LetterSettings) -> None:
    """Set how documents issued from now on are numbered and look; issued ones stay as they are.

    Raises RuleBroken naming the field where two documents could bear one number.
    """
    require(desk.actor, Permission.MANAGE_AGENCIES)
    pattern = read_pattern(settings.number_pattern)
    given = {kind.value: settings.series_words.get(kind.value, "") for kind in NUMBERED}
    words = check_series_words(given)
    with transaction(desk.session):
        agency = _agency(desk.session, desk.actor, agency_id)
        before = agency.number_pattern
        agency.number_pattern = pattern.text
        # Only what departs from the usual is kept, so that a new kind gets its usual word.
        agency.series_words = {
            kind.value: words[kind.value] for kind in NUMBERED if words[kind.value] != kind.series
        }
        agency.head_style = settings.head_style
        agency.prints_code = settings.prints_code
        agency.head_styles = {
            kind.value: settings.head_styles[kind.value].value
            for kind in NUMBERED
            if settings.head_styles.get(kind.value, settings.head_style) is not settings.head_style
        }
        agency.label_sheet = settings.label_sheet
        record_event(
            desk,
            case=None,
            action=CHANGED,
            permission=Permission.MANAGE_AGENCIES,
            detail={
                "agency": agency.code,
                "before": before,
                "pattern": pattern.text,
                "words": agency.series_words,
                "head": settings.head_style.value,
                "heads": agency.head_styles,
                "labels": settings.label_sheet.value,
                "code": settings.prints_code,
            },
        )


def _agency(session: Session, actor: Actor, agency_id: int) -> Agency:
    agency = session.get(Agency, agency_id)
    if agency is None or not actor.sees(agency.path):
        raise NotFound("没有这个机关，或者不在您的机关范围内")
    return agency
