"""Who waits for work is woken by the database itself: keeping an arrival defers a job for its lane, in the same transaction.

The job's lock is the lane, so procrastinate starts the jobs of a lane one after the other and in order, on whatever machine.
A job says only where to look. The arrival is the truth, and the lease admits one worker: a job too many finds nothing, a lost one is made again.
A lane is named after a customer: when the last arrival of an erased one has left it, its jobs go too.
"""

from __future__ import annotations

QUEUE = "wismo"
TASK = "work"

WAKING = f"""
create or replace function wismo_wake(lane text) returns void language sql as $$
    select procrastinate_defer_jobs_v1(array[
        row('{QUEUE}', '{TASK}', 0, lane, null, jsonb_build_object('lane', lane), null)]::procrastinate_job_to_defer_v1[]) $$;
create or replace function wismo_arrived() returns trigger language plpgsql as $$
    begin perform wismo_wake(new.lane); return null; end $$;
create or replace trigger arrivals_wake after insert on arrivals for each row execute function wismo_arrived();
create or replace function wismo_lane_left() returns trigger language plpgsql as $$
    begin
        if not exists (select 1 from arrivals where lane = old.lane) then
            delete from procrastinate_jobs where lock = old.lane and status <> 'doing';
        end if;
        return null;
    end $$;
create or replace trigger arrivals_leave after update of lane on arrivals for each row
    when (old.lane is distinct from new.lane) execute function wismo_lane_left();
"""
