"""Adapted templates as versions, every wording by its hash, and which wording a paper is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("proposed", "in_force", "replaced", "refused", "withdrawn", "retired")
KEYS = ["agency_id", "statute", "part"]
PEOPLE = ("author_id", "decided_by_id", "retired_by_id")
PAPERS = ("drafts", "documents")


def _enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.create_table(
        "template_texts",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_template_texts")),
    )
    op.create_table(
        "template_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("statute", _enum("statute", "2007", "2019"), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", _enum("state", *STATES), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("retired_by_id", KEY, nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_template_versions_number_from_one")),
        sa.CheckConstraint(
            "reason <> ''", name=op.f("ck_template_versions_changed_for_a_reason")
        ),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_at IS NOT NULL",
            name=op.f("ck_template_versions_decided_has_a_time"),
        ),
        sa.CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL)",
            name=op.f("ck_template_versions_retired_has_a_time"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_template_versions_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["template_texts.sha256"],
            name=op.f("fk_template_versions_sha256_template_texts"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_template_versions_{column}_users")
            )
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_versions")),
        sa.UniqueConstraint(
            *KEYS, "number", name=op.f("uq_template_versions_agency_id_statute_part_number")
        ),
    )
    for state in ("in_force", "proposed"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_template_versions_{state}",
            "template_versions",
            KEYS,
            unique=True,
            sqlite_where=only,
            postgresql_where=only,
        )
    for table in PAPERS:
        with op.batch_alter_table(table) as papers:
            papers.add_column(
                sa.Column("templates", sa.JSON(), nullable=False, server_default="{}")
            )


def downgrade():
    for table in PAPERS:
        with op.batch_alter_table(table) as papers:
            papers.drop_column("templates")
    for state in ("proposed", "in_force"):
        op.drop_index(f"uq_template_versions_{state}", table_name="template_versions")
    op.drop_table("template_versions")
    op.drop_table("template_texts")
