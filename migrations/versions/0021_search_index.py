"""The index of search: folded texts of each case and their bigrams.

The texts of cases that are there already go in when ``casework db upgrade`` has moved the tables
(``casework db reindex`` does the same): folding them takes the program's own tables of characters.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0021"
down_revision = "0020"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GRAMS = sa.Text().with_variant(ARRAY(sa.Text()), "postgresql")


def upgrade():
    op.create_table(
        "case_texts",
        sa.Column("case_id", KEY, nullable=False),
        *(
            sa.Column(field, sa.Text(), nullable=False)
            for field in ("numbers", "names", "initials", "request", "reply", "remarks")
        ),
        sa.Column("grams", GRAMS, nullable=False),
        sa.Column("rules", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_case_texts_case_id_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_texts")),
    )
    op.create_index("ix_case_texts_rules", "case_texts", ["rules"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_case_texts_grams", "case_texts", ["grams"], postgresql_using="gin")
        return
    for statement in (
        "CREATE VIRTUAL TABLE case_grams USING fts5(grams, content='case_texts', "
        "content_rowid='case_id', detail='none', columnsize=0, tokenize='ascii')",
        "CREATE TABLE case_grams_gone (case_id INTEGER NOT NULL, grams TEXT NOT NULL)",
        "CREATE TRIGGER case_texts_gone AFTER DELETE ON case_texts BEGIN "
        "INSERT INTO case_grams_gone VALUES (old.case_id, old.grams); END",
    ):
        op.execute(statement)


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER case_texts_gone")
        op.drop_table("case_grams_gone")
        op.drop_table("case_grams")
    op.drop_table("case_texts")
