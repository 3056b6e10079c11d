"""The audit chain by itself: what was done to it is found, and named for what it is."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from casework.domain.audit_chain import (
    GENESIS,
    MOST_SUSPECTS,
    Algorithm,
    AuditKey,
    ChainCheck,
    Fault,
    FaultKind,
    Head,
    Link,
    canonical,
    written_instant,
)

KEY = AuditKey(b"k" * 32)
CHAIN = 7
Row = tuple[Link, str]


def link(seq: int, previous: str, **changes: object) -> Link:
    """The event of one day: Mon 2026-09-07 and on."""
    values: dict[str, object] = {
        "chain": CHAIN,
        "seq": seq,
        "id": 100 + seq,
        "case_id": 5,
        "agency_id": CHAIN,
        "action": "register",
        "from_state": None,
        "to_state": "awaiting_assignment",
        "actor_id": 3,
        "actor_name": "周敏",
        "role": "clerk",
        "effective_on": "2026-09-07",
        "recorded_at": f"2026-09-07 02:00:{seq % 60:02d}.000000",
        "note": "",
        "detail": "{}",
        "algorithm": "sha256",
        "previous": previous,
    }
    return Link(**(values | changes))  # type: ignore[arg-type]


def chain_of(length: int, key: AuditKey = KEY, start: list[Row] | None = None) -> list[Row]:
    rows = list(start or [])
    while len(rows) < length:
        new = link(len(rows) + 1, rows[-1][1] if rows else GENESIS)
        rows.append((new, key.digest(new)))
    return rows


def head_of(rows: list[Row], key: AuditKey = KEY) -> Head:
    return key.head(CHAIN, rows[-1][0].seq, rows[-1][1])


def faults_of(rows: list[Row], head: Head | None) -> list[tuple[int, str]]:
    check = ChainCheck(KEY, CHAIN, head)
    for row, digest in sorted(rows, key=lambda each: each[0].seq):
        check.read(row, digest)
    return [(fault.seq, fault.kind.value) for fault in check.faults()]


def changed(rows: list[Row], seq: int, **changes: object) -> list[Row]:
    return [
        (row._replace(**changes), digest) if row.seq == seq else (row, digest)  # type: ignore[arg-type]
        for row, digest in rows
    ]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_digest_is_the_hmac_of_the_documented_text(algorithm: Algorithm) -> None:
    """The rule of docs/audit.md, followed by hand."""
    one = link(1, GENESIS, algorithm=algorithm.value, note="第二十九条")
    text = (
        '{"form":1,"chain":7,"seq":1,"id":101,"case_id":5,"agency_id":7,"action":"register",'
        '"from_state":null,"to_state":"awaiting_assignment","actor_id":3,'
        '"actor_name":"\\u5468\\u654f","role":"clerk","effective_on":"2026-09-07",'
        '"recorded_at":"2026-09-07 02:00:01.000000","note":"\\u7b2c\\u4e8c\\u5341\\u4e5d\\u6761",'
        f'"detail":"{{}}","algorithm":"{algorithm.value}","previous":"{GENESIS}"}}'
    )
    assert canonical(one).decode() == text
    sub_key = hmac.new(b"k" * 32, b"casework/audit-link", hashlib.sha256).digest()
    expected = hmac.new(sub_key, text.encode(), lambda: hashlib.new(algorithm.value)).hexdigest()
    assert KEY.digest(one) == expected


def test_an_algorithm_that_is_none_gives_no_digest() -> None:
    assert KEY.digest(link(1, GENESIS, algorithm="md5")) == ""
    assert faults_of([(link(1, GENESIS, algorithm="md5"), "")], None)


def test_an_instant_is_written_the_same_with_and_without_microseconds() -> None:
    assert written_instant(datetime(2026, 9, 7, 2, tzinfo=UTC)) == "2026-09-07 02:00:00.000000"


def test_a_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        AuditKey(b"k" * 31)


@pytest.mark.parametrize("length", [1, 2, 300])
def test_an_untouched_chain_has_no_fault(length: int) -> None:
    rows = chain_of(length)
    assert faults_of(rows, head_of(rows)) == []


def test_the_two_algorithms_may_follow_each_other() -> None:
    rows = chain_of(3)
    sm3 = link(4, rows[-1][1], algorithm="sm3")
    rows.append((sm3, KEY.digest(sm3)))
    rows = chain_of(6, start=rows)
    assert faults_of(rows, head_of(rows)) == []


def test_acceptance_84_every_field_of_every_row_is_vouched_for() -> None:
    rows = chain_of(5)
    for seq in range(1, 6):
        for name in set(Link._fields) - {"seq", "chain"}:
            for value in ("x", None, 4711, ""):
                if getattr(rows[seq - 1][0], name) == value:
                    continue
                tampered = changed(rows, seq, **{name: value})
                assert faults_of(tampered, head_of(rows)) == [(seq, "changed")], (seq, name, value)


def test_a_changed_digest_is_found_also_at_the_end() -> None:
    rows = chain_of(4)
    for seq in range(1, 5):
        tampered = [(row, "f" * 64 if row.seq == seq else digest) for row, digest in rows]
        assert faults_of(tampered, head_of(rows)) == [(seq, "changed")]


def test_two_neighbours_changed_are_two_findings_not_a_new_chain() -> None:
    rows = changed(changed(chain_of(9), 4, note="a"), 5, note="b")
    assert faults_of(rows, head_of(chain_of(9))) == [(4, "changed"), (5, "changed")]


@pytest.mark.parametrize("gone", [{1}, {4}, {4, 5, 6}, {2, 7}])
def test_deleted_rows_are_missed_where_they_stood(gone: set[int]) -> None:
    rows = [each for each in chain_of(9) if each[0].seq not in gone]
    found = faults_of(rows, head_of(chain_of(9)))
    firsts = sorted(seq for seq in gone if seq - 1 not in gone)
    assert found == [(seq, "missing") for seq in firsts]


def test_rows_closed_up_after_a_deletion_are_found_where_it_happened() -> None:
    rows = chain_of(20)
    for gone in ([5], [5, 6, 7]):
        left = [each for each in rows if each[0].seq not in gone]
        tampered = [(row._replace(seq=at), digest) for at, (row, digest) in enumerate(left, 1)]
        assert faults_of(tampered, head_of(rows)) == [(5, "missing")]


def test_a_cut_tail_is_missed_by_the_head() -> None:
    rows = chain_of(9)
    assert faults_of(rows[:-1], head_of(rows)) == [(9, "cut_off")]
    assert faults_of(rows[:-4], head_of(rows)) == [(6, "cut_off")]
    assert faults_of([], head_of(rows)) == [(1, "cut_off")]


def test_a_cut_tail_with_a_head_made_to_fit_is_found_by_the_heads_own_mac() -> None:
    rows = chain_of(9)
    last, digest = rows[6]
    assert faults_of(rows[:7], Head(CHAIN, last.seq, digest, head_of(rows).mac)) == [
        (7, "head_changed")
    ]


def test_a_head_put_back_to_an_older_one_is_behind() -> None:
    rows = chain_of(9)
    assert faults_of(rows, head_of(rows[:6])) == [(6, "head_behind")]


def test_a_chain_without_its_head_is_not_whole() -> None:
    assert faults_of(chain_of(3), None) == [(3, "head_missing")]


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 8), (1, 9)])
def test_two_rows_in_each_others_place_are_named(one: int, other: int) -> None:
    rows = chain_of(9)
    places = {one: other, other: one}
    swapped = [(row._replace(seq=places.get(row.seq, row.seq)), digest) for row, digest in rows]
    assert faults_of(swapped, head_of(rows)) == [(one, "swapped"), (other, "swapped")]


def test_a_row_put_in_between_is_named_and_so_is_what_it_pushed_on() -> None:
    rows = chain_of(9)
    forged = link(4, rows[2][1], id=999, note="后来补的")
    pushed = [(row._replace(seq=row.seq + 1), d) if row.seq >= 4 else (row, d) for row, d in rows]
    digest = hashlib.sha256(canonical(forged)).hexdigest()
    found = faults_of([*pushed, (forged, digest)], head_of(rows))
    assert found == [(4, "inserted"), (5, "moved")]


def test_a_row_put_at_the_end_is_named() -> None:
    rows = chain_of(5)
    forged = link(6, rows[-1][1])
    digest = hashlib.sha256(canonical(forged)).hexdigest()
    assert faults_of([*rows, (forged, digest)], head_of(rows)) == [(6, "inserted")]


def test_a_second_row_in_the_same_place_is_named() -> None:
    rows = chain_of(5)
    forged = link(3, rows[1][1], id=999)
    assert (3, "inserted") in faults_of([*rows, (forged, "f" * 64)], head_of(rows))


def rehashed(rows: list[Row], first: int, key: AuditKey) -> list[Row]:
    """What somebody can do who has the database and the program, and not our key."""
    kept = rows[: first - 1]
    previous = kept[-1][1] if kept else GENESIS
    for row, _ in rows[first - 1 :]:
        new = row._replace(previous=previous, note="改过" if row.seq == first else row.note)
        previous = key.digest(new)
        kept.append((new, previous))
    return kept


@pytest.mark.parametrize("first", [1, 5, 8, 9])
def test_a_chain_hashed_anew_without_the_key_is_named_from_its_first_row(first: int) -> None:
    other = AuditKey(b"x" * 32)
    rows = rehashed(chain_of(9), first, other)
    assert faults_of(rows, head_of(rows, other)) == [(first, "rehashed"), (9, "head_changed")]


def test_rows_of_two_histories_do_not_link() -> None:
    """Both ends are genuine, as after parts of two backups were put together."""
    one = chain_of(4)
    new = link(3, one[1][1], note="另一条")
    other = chain_of(9, start=[*one[:2], (new, KEY.digest(new))])
    assert faults_of([*one, *other[4:]], head_of(other)) == [(5, "unlinked")]


def test_however_much_was_changed_the_list_stays_short_and_says_so() -> None:
    rows = [(row._replace(case_id=None), digest) for row, digest in chain_of(500)]
    rows = [each for each in rows if each[0].seq % 2]
    found = faults_of(rows, head_of(rows))
    assert len(found) <= 2 * MOST_SUSPECTS + 2
    assert found[:3] == [(1, "changed"), (2, "missing"), (3, "changed")]
    assert (2 * MOST_SUSPECTS + 1, "more") in found


def test_a_long_run_of_changes_is_not_taken_for_a_new_chain() -> None:
    rows = chain_of(300)
    tampered = [(row._replace(case_id=None), digest) for row, digest in rows[:299]]
    found = faults_of([*tampered, rows[299]], head_of(rows))
    assert found == [
        *((seq, "changed") for seq in range(1, MOST_SUSPECTS + 1)),
        (MOST_SUSPECTS + 1, "more"),
    ]


def test_a_fault_says_what_and_where() -> None:
    fault = Fault(0, 0, FaultKind.SEAL_CHANGED, "20260928.seal.jsonl")
    assert fault.what.endswith("（20260928.seal.jsonl）")
    assert all(kind.label for kind in FaultKind)


def test_what_was_read_back_is_hashed_whatever_it_is() -> None:
    """SQLite may hand out bytes, floats or broken text; none of it stops the check."""
    for strange in (b"\xff", 1.5, "\udcff", "a\x00b"):
        json.loads(canonical(link(1, GENESIS, note=strange)))
