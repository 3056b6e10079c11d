"""会商, 更正 of a record, and which paper of a 复议 or 诉讼 a file is."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = ("amended", "refused", "transferred", "referred")
PAPERS = (
    "application", "reply_notice", "reply", "decision", "complaint", "summons", "defence",
    "judgment", "evidence", "other",
)  # fmt: skip


def _among(values, name):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _case_id(table):
    return sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"), ondelete="CASCADE"
    )


def upgrade():
    op.create_table(
        "conferrals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _case_id("conferrals"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_conferrals_recorded_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conferrals")),
    )
    op.create_index(op.f("ix_conferrals_case_id"), "conferrals", ["case_id"])
    op.create_table(
        "amendments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("outcome", _among(OUTCOMES, "outcome"), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_on IS NULL)",
            name=op.f("ck_amendments_decided_has_a_day"),
        ),
        sa.CheckConstraint(
            "decided_on IS NULL OR asked_on <= decided_on",
            name=op.f("ck_amendments_asked_then_decided"),
        ),
        _case_id("amendments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    op.create_index(op.f("ix_amendments_case_id"), "amendments", ["case_id"])
    with op.batch_alter_table("attachments") as attachments:
        attachments.add_column(sa.Column("relief_id", KEY, nullable=True))
        attachments.add_column(sa.Column("paper", sa.String(length=32), nullable=True))
        attachments.create_foreign_key(
            op.f("fk_attachments_relief_id_reliefs"), "reliefs", ["relief_id"], ["id"]
        )
        attachments.create_check_constraint(
            op.f("ck_attachments_paper"),
            f"paper IN ({', '.join(repr(paper) for paper in PAPERS)})",
        )
        attachments.create_check_constraint(
            op.f("ck_attachments_paper_of_a_relief"), "(relief_id IS NULL) = (paper IS NULL)"
        )
    op.create_index(op.f("ix_attachments_relief_id"), "attachments", ["relief_id"])


def downgrade():
    op.drop_index(op.f("ix_attachments_relief_id"), table_name="attachments")
    with op.batch_alter_table("attachments") as attachments:
        attachments.drop_constraint(op.f("ck_attachments_paper_of_a_relief"), type_="check")
        attachments.drop_constraint(op.f("ck_attachments_paper"), type_="check")
        attachments.drop_constraint(op.f("fk_attachments_relief_id_reliefs"), type_="foreignkey")
        attachments.drop_column("paper")
        attachments.drop_column("relief_id")
    op.drop_index(op.f("ix_amendments_case_id"), table_name="amendments")
    op.drop_table("amendments")
    op.drop_index(op.f("ix_conferrals_case_id"), table_name="conferrals")
    op.drop_table("conferrals")
