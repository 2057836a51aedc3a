"""The tables of the case store on SQLite.

Personal data (texts, facts, addresses) live in `personal` alone, keyed by customer, so that a person can be erased;
`ledger` is append-only and carries ids and labels. Its one exception: the lines of an erased person lose their ids, once, for keyed hashes.
What is deleted is overwritten (`secure_delete`).
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import sqlite_utils

from checkpoints.transaction import use_wal

VERSION = 1

SCHEMA = """
create table if not exists arrivals (
    seq integer primary key, arrival_id text not null unique, root_arrival_id text not null, kind text not null, lane text not null,
    at text not null, state text not null default 'waiting', attempts integer not null default 0, why text not null default '');
create index if not exists arrivals_by_state on arrivals (state, seq);
create index if not exists arrivals_by_root on arrivals (root_arrival_id);
create index if not exists arrivals_in_hand on arrivals (seq) where state in ('waiting', 'working');
create index if not exists arrivals_that_wait on arrivals (lane, seq) where state in ('waiting', 'working');
create table if not exists lanes (lane text primary key, owner text not null, until real not null, epoch integer not null);
create table if not exists personal (
    ref text primary key, customer_id text, kind text not null, body text not null);
create index if not exists personal_by_customer on personal (customer_id);
create table if not exists cases (
    case_id text primary key, customer_id text, order_id text, ticket_id text, is_open integer not null, opened_at text not null,
    version integer not null, doc text not null);
create index if not exists cases_by_order on cases (customer_id, order_id);
create index if not exists cases_by_ticket on cases (ticket_id);
create unique index if not exists one_open_case on cases (customer_id, order_id) where is_open = 1 and customer_id is not null;
create table if not exists tickets (ticket_id text primary key, version integer not null, doc text not null);
create table if not exists contacts (
    arrival_id text primary key, ticket_id text not null, order_id text, at text not null, counts integer not null);
create index if not exists contacts_by_order on contacts (order_id);
create table if not exists runs (
    seq integer primary key, run_id text not null unique, arrival_id text not null, root_arrival_id text not null, case_id text,
    at text not null, doc text not null);
create index if not exists runs_by_root on runs (root_arrival_id);
create index if not exists runs_by_case on runs (case_id);
create table if not exists follow_ups (
    follow_up_id text primary key, case_id text not null, due_at text, status text not null, doc text not null);
create index if not exists follow_ups_by_case on follow_ups (case_id, status);
create index if not exists follow_ups_falling_due on follow_ups (status, julianday(due_at));
create index if not exists follow_ups_looking on follow_ups (status, julianday(json_extract(doc, '$.look_at')));
create table if not exists escalations (
    seq integer primary key, escalation_id text not null unique, case_id text not null, status text not null, queue text not null,
    deadline text not null, run_id text not null);
create index if not exists escalations_by_case on escalations (case_id, status);
create table if not exists actions (
    action_id text primary key, case_id text not null, run_id text not null, status text not null, action text not null);
create index if not exists actions_by_case on actions (case_id);
create table if not exists outbox (
    seq integer primary key, key text not null unique, run_id text not null, case_id text, kind text not null,
    state text not null default 'pending', attempts integer not null default 0, why text not null default '', receipt text);
create index if not exists outbox_by_state on outbox (state, seq);
create index if not exists outbox_pending on outbox (seq) where state = 'pending';
create index if not exists outbox_by_run on outbox (run_id);
create index if not exists outbox_actions on outbox (coalesce(case_id, run_id)) where kind = 'perform_action';
create table if not exists deliveries (subject text primary key, holder text not null, until real not null);
create table if not exists rests (seq integer primary key, until text not null);
create table if not exists refusals (seq integer primary key, times integer not null);
create table if not exists unannounced (run_id text primary key);
create table if not exists events (
    source text not null, event_id text not null, subject text not null, occurred_at text not null, arrival_id text not null,
    primary key (source, event_id));
create index if not exists events_by_subject on events (subject, occurred_at);
create table if not exists deferred (
    order_id text primary key, customer_id text not null, due_at text not null, reason text not null, since text not null, mode text not null);
create table if not exists held_texts (arrival_id text primary key, due_at text not null, receipt text not null);
create index if not exists held_texts_due on held_texts (due_at);
create table if not exists switches (name text primary key, value text not null);
create table if not exists review_threads (
    seq integer primary key, key text not null unique, escalation_id text not null, stage text not null, channel text not null,
    thread_ts text, ts text, holder text not null default '', held_at real not null default 0,
    since real not null default 0, shown text not null default '',
    status text not null default '');
create index if not exists review_threads_by_review on review_threads (escalation_id, stage);
create index if not exists review_threads_by_message on review_threads (channel, ts);
create table if not exists slack_answers (
    arrival_id text primary key, escalation_id text not null, channel text not null, thread_ts text not null, reviewer text not null,
    state text not null default 'heard');
create index if not exists slack_answers_by_state on slack_answers (state);
create table if not exists tokens (
    token_id text primary key, name text not null, scopes text not null, reviewer text, created_at text not null, revoked_at text,
    hash text not null);
create table if not exists accepted (arrival_id text primary key, sender text not null, digest text not null, at text not null);
create index if not exists cases_by_time on cases (opened_at, case_id);
create index if not exists runs_by_deployment on runs (json_extract(doc, '$.deployment'), at);
create index if not exists runs_by_disposition on runs (json_extract(doc, '$.disposition'), at);
create table if not exists ledger (
    seq integer primary key, at text not null, case_id text, run_id text not null, who text not null, what text not null,
    why text not null, policy_version text not null, fingerprint text not null);
drop trigger if exists ledger_is_append_only_update;
create trigger if not exists ledger_only_unlinks before update on ledger
    when not (new.run_id like 'erased:%' and old.run_id not like 'erased:%' and coalesce(new.case_id, 'erased:') like 'erased:%'
        and new.seq = old.seq and new.at = old.at and new.who = old.who and new.policy_version = old.policy_version)
    begin select raise(abort, 'append-only'); end;
create trigger if not exists outbox_is_unannounced after insert on outbox when new.kind = 'perform_action'
    begin insert or ignore into unannounced values (new.run_id); end;
create trigger if not exists ledger_is_append_only_delete before delete on ledger begin select raise(abort, 'append-only'); end;
"""

FILLED = """
insert or ignore into unannounced select distinct run_id from outbox where kind = 'perform_action'
    and not exists (select 1 from arrivals where arrival_id = 'receipt:' || outbox.run_id)
"""
"""What newer tables hold of older ones; run when tables were added."""


class StoreVersionError(Exception):
    """The database belongs to another version of this service; it is not touched."""


def connect(path: Path | str) -> sqlite_utils.Database:
    """Open (and create, if new) a case store: WAL, waits 10 s for other writers."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False, cached_statements=256)
    database = sqlite_utils.Database(connection)
    use_wal(connection)
    connection.execute("pragma secure_delete = on")
    version = connection.execute("pragma user_version").fetchone()[0]
    if version == 0:
        connection.executescript(f"begin immediate; {SCHEMA} pragma user_version = {VERSION}; commit;")
    elif version != VERSION:
        connection.close()
        raise StoreVersionError(f"the case store has version {version}, this service has {VERSION}")
    elif _lacks_something(connection):
        connection.executescript(f"begin immediate; {SCHEMA} {FILLED}; commit;")
    return database


_NAMES = frozenset(re.findall(r"create (?:unique )?(?:table|index|trigger) if not exists (\w+)", SCHEMA))


def _lacks_something(connection: sqlite3.Connection) -> bool:
    """Whether a store of this version was made before its newest tables and indexes were added."""
    return not {row[0] for row in connection.execute("select name from sqlite_master")} >= _NAMES
