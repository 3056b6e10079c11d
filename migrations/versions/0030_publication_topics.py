"""转主动公开: the topics an office notes, their applications, what was published."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.create_table(
        "publication_topics",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("origin", choice("origin", "often_asked", "suggested"), nullable=False),
        sa.Column("state", choice("state", "open", "published", "declined"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("noted_by_id", KEY, nullable=False),
        sa.Column("published_what", sa.Text(), nullable=False),
        sa.Column("published_where", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_on IS NOT NULL)",
            name=op.f("ck_publication_topics_published_has_a_day"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason <> ''",
            name=op.f("ck_publication_topics_declined_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_publication_topics_agency_id_agencies")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_publication_topics_{column}_users")
            )
            for column in ("noted_by_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_topics")),
    )
    op.create_index(
        "ix_publication_topics_agency", "publication_topics", ["agency_id", "state", "noted_on"]
    )
    op.create_table(
        "publication_cases",
        sa.Column("topic_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["publication_topics.id"],
            name=op.f("fk_publication_cases_topic_id_publication_topics"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_publication_cases_case_id_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic_id", "case_id", name=op.f("pk_publication_cases")),
    )
    op.create_index("ix_publication_cases_case_id", "publication_cases", ["case_id"])


def downgrade():
    op.drop_table("publication_cases")
    op.drop_table("publication_topics")
