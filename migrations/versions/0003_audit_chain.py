"""Events become links of a chain; what was recorded before is chained in the order of its ids.

The rule of the chain is written out here once more, as it stood then: a migration does not change
when the program does. From here on a change of one of these rows is known; what happened to them
before is not.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = {
    "chain": sa.BigInteger(),
    "seq": sa.BigInteger(),
    "algorithm": sa.String(length=16),
    "previous": sa.String(length=64),
    "digest": sa.String(length=64),
}
SAID = (
    "id", "case_id", "agency_id", "action", "from_state", "to_state", "actor_id", "actor_name",
    "role", "effective_on", "recorded_at", "note",
)  # fmt: skip
BATCH = 5000


def upgrade():
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    for name, kind in COLUMNS.items():
        op.add_column("events", sa.Column(name, kind, nullable=True))
    chain_events(op.get_bind())
    with op.batch_alter_table("events") as events:
        for name, kind in COLUMNS.items():
            events.alter_column(name, existing_type=kind, nullable=False)
        events.create_unique_constraint(op.f("uq_events_chain_seq"), ["chain", "seq"])


def downgrade():
    with op.batch_alter_table("events") as events:
        events.drop_constraint(op.f("uq_events_chain_seq"), type_="unique")
        for name in COLUMNS:
            events.drop_column(name)
    op.drop_table("audit_heads")


def chain_events(connection):
    """Give every event its place and its digest; the whole table never stands in memory."""
    key = current_app.config["AUDIT_KEY"]
    link_key, head_key = (
        hmac.digest(key, f"casework/audit-{use}".encode(), hashlib.sha256) for use in ("link", "head")
    )
    algorithm = current_app.config["AUDIT_HASH"]
    # The detail is sealed as the text it is stored as.
    detail = sa.cast(sa.column("detail"), sa.Text)
    query = (
        sa.select(*(sa.column(name) for name in SAID), detail)
        .select_from(sa.table("events"))
        .order_by(sa.column("id"))
        .limit(BATCH)
    )
    ends = {}
    last = 0
    while rows := connection.execute(query.where(sa.column("id") > last)).all():
        links = [_link(link_key, algorithm, ends, row) for row in rows]
        connection.execute(
            sa.text(
                "UPDATE events SET chain = :chain, seq = :seq, algorithm = :algorithm,"
                " previous = :previous, digest = :digest WHERE id = :id"
            ),
            links,
        )
        last = rows[-1].id
    if ends:
        connection.execute(
            sa.text("INSERT INTO audit_heads VALUES (:chain, :seq, :digest, :mac)"),
            [
                {"chain": chain, "seq": seq, "digest": digest}
                | {"mac": _mac(head_key, _compact([1, chain, seq, digest]), "sha256")}
                for chain, (seq, digest) in ends.items()
            ],
        )


def _link(key, algorithm, ends, row):
    chain = row.agency_id or 0
    seq, previous = ends.get(chain, (0, "0" * 64))
    *said, note, detail = row
    recorded_at, effective_on = said.pop(), said.pop()
    body = {
        "form": 1,
        "chain": chain,
        "seq": seq + 1,
        **dict(zip(SAID, said, strict=False)),
        "effective_on": str(effective_on),
        "recorded_at": _instant(recorded_at),
        "note": note,
        "detail": detail,
        "algorithm": algorithm,
        "previous": previous,
    }
    digest = _mac(key, _compact(body), algorithm)
    ends[chain] = seq + 1, digest
    return {
        "id": row.id, "chain": chain, "seq": seq + 1, "algorithm": algorithm,
        "previous": previous, "digest": digest,
    }  # fmt: skip


def _instant(value):
    # SQLite hands out the text it stores, PostgreSQL an aware instant.
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def _compact(value):
    return json.dumps(value, separators=(",", ":"))


def _mac(key, text, algorithm):
    return hmac.digest(key, text.encode(), algorithm).hex()
