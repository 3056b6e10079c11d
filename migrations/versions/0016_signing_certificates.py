"""What an agency signs its documents with; the key is sealed, the certificate stays known."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_USE = sa.text("removed_at IS NULL")


def upgrade():
    op.create_table(
        "signing_certificates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("installed_by_id", KEY, nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "length(fingerprint) = 64", name=op.f("ck_signing_certificates_fingerprint_length")
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (sealed_key <> '')",
            name=op.f("ck_signing_certificates_key_while_in_use"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_signing_certificates_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["installed_by_id"],
            ["users.id"],
            name=op.f("fk_signing_certificates_installed_by_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_certificates")),
    )
    op.create_index(
        op.f("ix_signing_certificates_fingerprint"), "signing_certificates", ["fingerprint"]
    )
    op.create_index(
        "uq_signing_certificates_in_use",
        "signing_certificates",
        ["agency_id"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )


def downgrade():
    op.drop_index("uq_signing_certificates_in_use", table_name="signing_certificates")
    op.drop_index(
        op.f("ix_signing_certificates_fingerprint"), table_name="signing_certificates"
    )
    op.drop_table("signing_certificates")
