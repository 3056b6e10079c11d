"""六、文书: what may be issued now, and what can be printed of the answer in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.letter_templates import answer_kind
from casework.domain.procedural_documents import list_document_offers

if TYPE_CHECKING:
    from casework.domain.letter_kinds import LetterKind
    from casework.domain.permissions import Actor
    from casework.domain.procedural_documents import DocumentOffer
    from casework.queries.case_page import CaseFile


def list_papers(file: CaseFile) -> list[LetterKind]:
    """Return the answer in the making, if it is drafted and not yet issued."""
    if file.draft is None:
        return []
    kind = answer_kind(file.draft.counted)
    return [kind] if all(each.kind is not kind for each in file.documents) else []


def list_document_acts(file: CaseFile, actor: Actor) -> list[DocumentOffer]:
    """Return the documents this person may issue now, in the order of the road."""
    offers = list_document_offers(
        actor,
        state=file.head.state,
        statute=file.head.statute.value,
        facts=[(line.kind, line.party) for line in file.clock_lines],
    )
    return [offer for offer in offers if offer.is_open]
