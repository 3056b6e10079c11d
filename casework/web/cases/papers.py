"""可打印的文书: the documents whose facts are on file, to be printed from the case page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.letter_templates import answer_kind
from casework.domain.clock_events import ClockEventKind
from casework.domain.letter_kinds import LetterKind
from casework.domain.statutes import Party

if TYPE_CHECKING:
    from casework.queries.case_page import CaseFile

_AFTER = {
    ClockEventKind.CORRECTION_REQUESTED: (LetterKind.CORRECTION_REQUEST,),
    ClockEventKind.EXTENSION: (LetterKind.EXTENSION_NOTICE,),
}
_AFTER_THIRD_PARTY = (LetterKind.THIRD_PARTY_CONSULTATION, LetterKind.CONSULTATION_NOTICE)


def list_papers(file: CaseFile) -> list[LetterKind]:
    """Return what can be printed now and has not been issued, in the order of the road."""
    kinds: list[LetterKind] = []
    if file.head.received_on is not None:
        kinds.append(LetterKind.REGISTRATION_RECEIPT)
    for line in file.clock_lines:
        kinds += _AFTER.get(ClockEventKind(line.kind), ())
        is_start = line.kind == ClockEventKind.CONSULTATION_STARTED
        if is_start and line.party == Party.THIRD_PARTY:
            kinds += _AFTER_THIRD_PARTY
    if file.draft is not None:
        kinds.append(answer_kind(file.draft.counted))
    issued = {document.kind for document in file.documents}
    statute = file.head.statute.value
    return [k for k in dict.fromkeys(kinds) if k not in issued and statute in k.statutes]
