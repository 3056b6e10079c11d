"""Documents keep what was typed into them, what they tell of and the hash of their text.

The hash of the text is what the code on a paper copy is checked by; of documents issued before
only the hash of the file is known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.add_column("documents", sa.Column("text_sha256", sa.String(length=64), nullable=True))
    op.add_column(
        "documents", sa.Column("filled", sa.JSON(), nullable=False, server_default="{}")
    )
    # Not through a copy of the table: it holds the bytes of every document ever issued.
    key = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE documents ADD COLUMN about_id {key}"
        " CONSTRAINT fk_documents_about_id_clock_facts REFERENCES clock_facts (id)"
    )


def downgrade():
    with op.batch_alter_table("documents") as documents:
        for name in ("about_id", "filled", "text_sha256"):
            documents.drop_column(name)
