"""转送函: a 更正申请 is passed on to the agency that has the power to put the record right."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

KINDS = (
    "registration_receipt", "correction_request", "reasons_request", "delay_notice",
    "extension_notice", "third_party_consultation", "consultation_notice",
    "co_maker_consultation", "agency_consultation", "third_party_disclosure", "fee_notice",
    "reply", "termination", "delivery_record", "record_correction", "revocation",
    "approval_sheet", "secrecy_review", "search_record", "file_index",
)
OURS = sa.text("content IS NOT NULL")


def _allow(*kinds):
    # SQLite copies the table; the index is made anew, with its condition.
    op.drop_index("uq_documents_number", table_name="documents")
    with op.batch_alter_table("documents") as documents:
        documents.drop_constraint(op.f("ck_documents_letter_kind"), type_="check")
        documents.create_check_constraint(
            op.f("ck_documents_letter_kind"),
            f"kind IN ({', '.join(repr(kind) for kind in kinds)})",
        )
    op.create_index(
        "uq_documents_number",
        "documents",
        ["agency_id", "document_number"],
        unique=True,
        sqlite_where=OURS,
        postgresql_where=OURS,
    )


def upgrade():
    _allow(*KINDS, "record_transfer")


def downgrade():
    # The kind nearest to it that an older program knows.
    op.execute("UPDATE documents SET kind = 'record_correction' WHERE kind = 'record_transfer'")
    _allow(*KINDS)
