"""Several units on one case, links between cases, reopenings, why a case was late, 复议 in full."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
LINKS = (
    "repeats", "repeated_by", "merged_into", "merged_from", "split_from", "split_into", "related",
)  # fmt: skip
RELIEF = (
    ("reference", sa.Text(), ""),
    ("notified_on", sa.Date(), None),
    ("simplified", sa.Boolean(), sa.false()),
    ("answered_on", sa.Date(), None),
)


def _case_id(table):
    return sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"), ondelete="CASCADE"
    )


def upgrade():
    op.create_table(
        "assignments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("handler_id", KEY, nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "answered_on IS NULL OR dropped_on IS NULL",
            name=op.f("ck_assignments_answered_or_dropped"),
        ),
        sa.CheckConstraint("due_on >= assigned_on", name=op.f("ck_assignments_due_after_assigned")),
        _case_id("assignments"),
        sa.ForeignKeyConstraint(
            ["handler_id"], ["users.id"], name=op.f("fk_assignments_handler_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_case_id"), "assignments", ["case_id"])
    op.create_index(op.f("ix_assignments_handler_id"), "assignments", ["handler_id"])
    op.create_table(
        "case_links",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_case_links_not_to_itself")),
        sa.CheckConstraint(
            f"kind IN ({', '.join(repr(kind) for kind in LINKS)})",
            name=op.f("ck_case_links_link_kind"),
        ),
        _case_id("case_links"),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["cases.id"],
            name=op.f("fk_case_links_other_id_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
        sa.UniqueConstraint("case_id", "other_id", name=op.f("uq_case_links_case_id_other_id")),
    )
    op.create_index(op.f("ix_case_links_other_id"), "case_links", ["other_id"])
    op.create_table(
        "reopenings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("relief_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("former_ground", sa.String(length=64), nullable=False),
        sa.Column("former_replied_on", sa.Date(), nullable=True),
        sa.Column("former_closed_on", sa.Date(), nullable=False),
        sa.Column("former_archived_on", sa.Date(), nullable=True),
        sa.Column("reopened_by_id", KEY, nullable=False),
        sa.Column("reopened_at", INSTANT, nullable=False),
        _case_id("reopenings"),
        sa.ForeignKeyConstraint(
            ["relief_id"], ["reliefs.id"], name=op.f("fk_reopenings_relief_id_reliefs")
        ),
        sa.ForeignKeyConstraint(
            ["reopened_by_id"], ["users.id"], name=op.f("fk_reopenings_reopened_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reopenings")),
    )
    op.create_index(op.f("ix_reopenings_case_id"), "reopenings", ["case_id"])
    for name in ("late_cause", "late_unit"):
        op.add_column("cases", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name, kind, default in RELIEF:
        op.add_column(
            "reliefs",
            sa.Column(name, kind, nullable=default is None, server_default=default),
        )
    op.create_index(
        "ix_reliefs_open",
        "reliefs",
        ["case_id"],
        sqlite_where=sa.text("result = 'pending'"),
        postgresql_where=sa.text("result = 'pending'"),
    )


def downgrade():
    op.drop_index("ix_reliefs_open", "reliefs")
    for name, *_ in RELIEF:
        op.drop_column("reliefs", name)
    for name in ("late_cause", "late_unit"):
        op.drop_column("cases", name)
    op.drop_table("reopenings")
    op.drop_table("case_links")
    op.drop_table("assignments")
