"""Working together: remarks with mentions, attachments, stand-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _points_to(table, column, other, **how):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), **how
    )


def upgrade():
    op.create_table(
        "comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        _points_to("comments", "case_id", "cases", ondelete="CASCADE"),
        _points_to("comments", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_case_id"), "comments", ["case_id"])
    op.create_table(
        "mentions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("comment_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        _points_to("mentions", "comment_id", "comments", ondelete="CASCADE"),
        _points_to("mentions", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
        sa.UniqueConstraint("comment_id", "user_id", name=op.f("uq_mentions_comment_id_user_id")),
    )
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_mentions_unread",
        "mentions",
        ["user_id"],
        sqlite_where=unread,
        postgresql_where=unread,
    )
    op.create_table(
        "attachments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("uploaded_by_id", KEY, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_attachments_hash_length")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_not_empty")),
        _points_to("attachments", "case_id", "cases"),
        _points_to("attachments", "uploaded_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachments_stored_as")),
    )
    op.create_index(op.f("ix_attachments_case_id"), "attachments", ["case_id"])
    op.create_table(
        "stand_ins",
        sa.Column("id", KEY, nullable=False),
        sa.Column("absent_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_stand_ins_days_in_order")),
        sa.CheckConstraint("absent_id <> by_id", name=op.f("ck_stand_ins_not_oneself")),
        _points_to("stand_ins", "absent_id", "users"),
        _points_to("stand_ins", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_ins")),
    )
    op.create_index(op.f("ix_stand_ins_absent_id"), "stand_ins", ["absent_id"])
    op.create_index(op.f("ix_stand_ins_by_id"), "stand_ins", ["by_id"])


def downgrade():
    for table in ("stand_ins", "attachments", "mentions", "comments"):
        op.drop_table(table)
