"""限制知悉: restricted cases and the people named for them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "restrictions",
        sa.Column("case_id", KEY, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", KEY, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_restrictions_has_a_reason")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_restrictions_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["users.id"], name=op.f("fk_restrictions_set_by_id_users")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_restrictions")),
    )
    op.create_table(
        "restriction_readers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("named_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["restrictions.case_id"],
            name=op.f("fk_restriction_readers_case_id_restrictions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_restriction_readers_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_readers")),
        sa.UniqueConstraint(
            "case_id", "user_id", name=op.f("uq_restriction_readers_case_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_restriction_readers_user_id"), "restriction_readers", ["user_id"]
    )


def downgrade():
    op.drop_table("restriction_readers")
    op.drop_table("restrictions")
