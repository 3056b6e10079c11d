"""A document issued by mistake is declared void and stays; a letter revokes what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "registration_receipt", "correction_request", "reasons_request", "delay_notice",
    "extension_notice", "third_party_consultation", "consultation_notice",
    "co_maker_consultation", "agency_consultation", "third_party_disclosure", "fee_notice",
    "reply", "termination", "delivery_record", "record_correction", "approval_sheet",
    "secrecy_review", "search_record", "file_index",
)
OURS = sa.text("content IS NOT NULL")


def _among(values):
    return f"kind IN ({', '.join(repr(value) for value in values)})"


def _drop_number_index():
    # SQLite copies the table; the index is made anew, with its condition.
    op.drop_index("uq_documents_number", table_name="documents")


def _create_number_index():
    op.create_index(
        "uq_documents_number",
        "documents",
        ["agency_id", "document_number"],
        unique=True,
        sqlite_where=OURS,
        postgresql_where=OURS,
    )


def upgrade():
    _drop_number_index()
    with op.batch_alter_table("documents") as documents:
        documents.add_column(sa.Column("voided_on", sa.Date(), nullable=True))
        documents.add_column(
            sa.Column("void_reason", sa.Text(), nullable=False, server_default="")
        )
        documents.add_column(sa.Column("voided_by_id", KEY, nullable=True))
        documents.add_column(sa.Column("replaces_id", KEY, nullable=True))
        documents.create_foreign_key(
            op.f("fk_documents_voided_by_id_users"), "users", ["voided_by_id"], ["id"]
        )
        documents.create_foreign_key(
            op.f("fk_documents_replaces_id_documents"), "documents", ["replaces_id"], ["id"]
        )
        documents.create_check_constraint(
            op.f("ck_documents_void_for_a_reason"), "(voided_on IS NULL) = (void_reason = '')"
        )
        documents.drop_constraint(op.f("ck_documents_letter_kind"), type_="check")
        documents.create_check_constraint(
            op.f("ck_documents_letter_kind"), _among((*KINDS, "revocation"))
        )
    op.create_index(op.f("ix_documents_replaces_id"), "documents", ["replaces_id"])
    _create_number_index()


def downgrade():
    op.drop_index(op.f("ix_documents_replaces_id"), table_name="documents")
    _drop_number_index()
    # The kind nearest to it that an older program knows.
    op.execute("UPDATE documents SET kind = 'record_correction' WHERE kind = 'revocation'")
    with op.batch_alter_table("documents") as documents:
        documents.drop_constraint(op.f("ck_documents_letter_kind"), type_="check")
        documents.create_check_constraint(op.f("ck_documents_letter_kind"), _among(KINDS))
        documents.drop_constraint(op.f("ck_documents_void_for_a_reason"), type_="check")
        documents.drop_constraint(
            op.f("fk_documents_replaces_id_documents"), type_="foreignkey"
        )
        documents.drop_constraint(op.f("fk_documents_voided_by_id_users"), type_="foreignkey")
        for name in ("replaces_id", "voided_by_id", "void_reason", "voided_on"):
            documents.drop_column(name)
    _create_number_index()
