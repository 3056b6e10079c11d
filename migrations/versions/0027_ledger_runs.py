"""What a run on an uploaded ledger is to do, and finding an agency's files."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade():
    op.add_column(
        "ledger_uploads",
        sa.Column("keeps", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_ledger_uploads_agency", "ledger_uploads", ["agency_id"])


def downgrade():
    op.drop_index("ix_ledger_uploads_agency", table_name="ledger_uploads")
    op.drop_column("ledger_uploads", "keeps")
