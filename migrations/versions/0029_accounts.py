"""Accounts: second step, log-in attempts, where a log-in came from, the three administrators."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ADMINISTRATORS = "'system_admin', 'security_admin', 'auditor'"
ALONE = sa.text("is_administrator")
USER_COLUMNS = (
    ("password_set_at", INSTANT, None),
    ("is_administrator", sa.Boolean(), sa.false()),
    ("totp_secret", sa.Text(), ""),
    ("totp_since_at", INSTANT, None),
    ("totp_step", sa.Integer(), None),
    ("certificate", sa.String(length=200), None),
    ("last_log_in_at", INSTANT, None),
)
SESSION_COLUMNS = (
    ("address", sa.String(length=45), ""),
    ("browser", sa.String(length=100), ""),
    ("awaits_code", sa.Boolean(), sa.false()),
    ("ended_by", sa.String(length=32), ""),
)


def _column(name, kind, default):
    return sa.Column(name, kind, nullable=default is None, server_default=default)


def upgrade():
    with op.batch_alter_table("users") as users:
        for name, kind, default in USER_COLUMNS:
            users.add_column(_column(name, kind, default))
        users.drop_column("failed_logins")
        users.drop_column("locked_until_at")
        users.create_unique_constraint(op.f("uq_users_certificate"), ["certificate"])
    op.execute(
        "UPDATE users SET password_set_at = created_at, is_administrator = EXISTS (SELECT 1 "
        f"FROM user_roles WHERE user_id = users.id AND role IN ({ADMINISTRATORS}))"
    )
    op.execute(
        "UPDATE users SET last_log_in_at = "
        "(SELECT max(opened_at) FROM login_sessions WHERE user_id = users.id)"
    )
    op.create_index("uq_users_kind", "users", ["id", "is_administrator"], unique=True)

    op.add_column("user_roles", _column("is_administrator", sa.Boolean(), sa.false()))
    op.execute(f"UPDATE user_roles SET is_administrator = (role IN ({ADMINISTRATORS}))")
    with op.batch_alter_table("user_roles") as grants:
        grants.alter_column("is_administrator", server_default=None)
        grants.drop_constraint(op.f("fk_user_roles_user_id_users"), type_="foreignkey")
        grants.create_foreign_key(
            op.f("fk_user_roles_user_id_users"),
            "users",
            ["user_id", "is_administrator"],
            ["id", "is_administrator"],
            ondelete="CASCADE",
            onupdate="CASCADE",
        )
        grants.create_check_constraint(
            op.f("ck_user_roles_kinds_apart"), f"is_administrator = (role IN ({ADMINISTRATORS}))"
        )
    op.create_index(
        "uq_user_roles_administrator",
        "user_roles",
        ["user_id"],
        unique=True,
        sqlite_where=ALONE,
        postgresql_where=ALONE,
    )

    for name, kind, default in SESSION_COLUMNS:
        op.add_column("login_sessions", _column(name, kind, default))
    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_recovery_codes_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])
    op.create_table(
        "login_attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("forgiven", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    op.create_index("ix_login_attempts_account", "login_attempts", ["account", "at"])
    op.create_index("ix_login_attempts_address", "login_attempts", ["address", "at"])
    op.create_table(
        "security_settings",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_security_settings")),
    )


def downgrade():
    for table in ("security_settings", "login_attempts", "recovery_codes"):
        op.drop_table(table)
    with op.batch_alter_table("login_sessions") as sessions:
        for name, _, _ in SESSION_COLUMNS:
            sessions.drop_column(name)
    op.drop_index("uq_user_roles_administrator", table_name="user_roles")
    with op.batch_alter_table("user_roles") as grants:
        grants.drop_constraint(op.f("ck_user_roles_kinds_apart"), type_="check")
        grants.drop_constraint(op.f("fk_user_roles_user_id_users"), type_="foreignkey")
        grants.drop_column("is_administrator")
        grants.create_foreign_key(
            op.f("fk_user_roles_user_id_users"), "users", ["user_id"], ["id"], ondelete="CASCADE"
        )
    op.drop_index("uq_users_kind", table_name="users")
    with op.batch_alter_table("users") as users:
        users.drop_constraint(op.f("uq_users_certificate"), type_="unique")
        for name, _, _ in USER_COLUMNS:
            users.drop_column(name)
        users.add_column(sa.Column("failed_logins", sa.Integer(), nullable=False, server_default="0"))
        users.add_column(sa.Column("locked_until_at", INSTANT, nullable=True))
