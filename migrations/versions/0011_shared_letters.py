"""Let one reply of former years answer several applications; what we issue stays unique."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

OURS = sa.text("content IS NOT NULL")
INDEX = "uq_documents_number"
COLUMNS = ["agency_id", "document_number"]


def upgrade():
    op.drop_index(INDEX, table_name="documents")
    op.create_index(
        INDEX, "documents", COLUMNS, unique=True, sqlite_where=OURS, postgresql_where=OURS
    )


def downgrade():
    op.drop_index(INDEX, table_name="documents")
    op.create_index(INDEX, "documents", COLUMNS, unique=True)
