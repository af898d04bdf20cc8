-- The whole state of a project. STRICT tables; times are Unix milliseconds, UTC; lists are JSON arrays.
-- A row that the plain sqlite3 shell inserts with only a title is a valid task.

CREATE TABLE tasks (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  key           TEXT UNIQUE,                       -- idempotency: the same key is the same task
  title         TEXT NOT NULL CHECK (length(trim(title)) > 0),
  description   TEXT NOT NULL DEFAULT '',
  type          TEXT NOT NULL DEFAULT 'IMPLEMENT',
  priority      TEXT NOT NULL DEFAULT 'P2-MEDIUM'
                CHECK (priority IN ('P0', 'P1', 'P2', 'P3', 'P0-CRITICAL', 'P1-HIGH', 'P2-MEDIUM', 'P3-LOW')),
  rank          INTEGER NOT NULL GENERATED ALWAYS AS (CAST(substr(priority, 2, 1) AS INTEGER)) VIRTUAL,
  state         TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'claimed', 'running', 'waiting_human', 'done', 'failed', 'cancelled')),
  source        TEXT NOT NULL DEFAULT 'sql',       -- who queued it: cli, import, api; a bare INSERT is sql
  agent_type    TEXT,                              -- the task names its agent type itself
  manual        INTEGER NOT NULL DEFAULT 0 CHECK (manual IN (0, 1)),
  held          INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
  cancel_asked  INTEGER NOT NULL DEFAULT 0 CHECK (cancel_asked IN (0, 1)),  -- while it runs: its session ends it
  needs         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(needs) AND json_type(needs) = 'array'),
  labels        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(labels) AND json_type(labels) = 'array'),
  touches       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(touches) AND json_type(touches) = 'array'),
  acceptance    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(acceptance) AND json_type(acceptance) = 'array'),
  checks        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(checks) AND json_type(checks) = 'array'),
  specs         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(specs) AND json_type(specs) = 'array'),
  run_command   TEXT NOT NULL DEFAULT '',          -- for the script driver, as a person types it; never a shell
  not_before    INTEGER,
  next_attempt  INTEGER,                           -- backoff after a failed attempt
  verified      INTEGER CHECK (verified IN (0, 1)),  -- done: did checks of ours pass?
  created_at    INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)),
  updated_at    INTEGER NOT NULL DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
) STRICT;

-- What the scheduler reads each turn. The condition is written as a literal in every query that wants this index:
-- a bound parameter would defeat it.
CREATE INDEX tasks_queued ON tasks (rank, id, held, not_before, next_attempt) WHERE state = 'queued';
CREATE INDEX tasks_retried ON tasks (next_attempt) WHERE state = 'queued' AND next_attempt IS NOT NULL;
CREATE INDEX tasks_later ON tasks (not_before) WHERE state = 'queued' AND not_before IS NOT NULL;
CREATE INDEX tasks_to_cancel ON tasks (id) WHERE cancel_asked = 1;
CREATE INDEX tasks_state ON tasks (state);

-- How many tasks there are of each state and priority, kept by triggers: right whoever writes.
CREATE TABLE task_counts (
  state TEXT NOT NULL,
  rank  INTEGER NOT NULL,
  n     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (state, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO task_counts (state, rank)
  SELECT s.column1, r.column1
  FROM (VALUES ('queued'), ('claimed'), ('running'), ('waiting_human'), ('done'), ('failed'), ('cancelled')) s,
       (VALUES (0), (1), (2), (3)) r;

-- OR REPLACE puts rows out without telling the triggers of a delete: they are kept here from before the statement
-- until it has succeeded.
CREATE TABLE task_replaced (
  id    INTEGER NOT NULL,
  state TEXT NOT NULL,
  rank  INTEGER NOT NULL
) STRICT;
CREATE TRIGGER tasks_count_before_insert BEFORE INSERT ON tasks
BEGIN
  DELETE FROM task_replaced;
  INSERT INTO task_replaced SELECT id, state, rank FROM tasks WHERE id = NEW.id OR key = NEW.key;
END;
CREATE TRIGGER tasks_count_insert AFTER INSERT ON tasks
BEGIN
  UPDATE task_counts SET n = n + 1 WHERE state = NEW.state AND rank = NEW.rank;
  UPDATE task_counts SET n = n - (SELECT count(*) FROM task_replaced r WHERE r.state = task_counts.state AND r.rank = task_counts.rank)
    WHERE EXISTS (SELECT 1 FROM task_replaced);
  DELETE FROM task_replaced;
END;
CREATE TRIGGER tasks_count_delete AFTER DELETE ON tasks
BEGIN
  UPDATE task_counts SET n = n - 1 WHERE state = OLD.state AND rank = OLD.rank;
  DELETE FROM task_replaced WHERE id = OLD.id;
END;
CREATE TRIGGER tasks_count_update AFTER UPDATE OF state, priority ON tasks
WHEN OLD.state <> NEW.state OR OLD.rank <> NEW.rank
BEGIN
  UPDATE task_counts SET n = n - 1 WHERE state = OLD.state AND rank = OLD.rank;
  UPDATE task_counts SET n = n + 1 WHERE state = NEW.state AND rank = NEW.rank;
END;
CREATE TRIGGER tasks_count_before_rename BEFORE UPDATE OF id, key ON tasks
BEGIN
  DELETE FROM task_replaced;
  INSERT INTO task_replaced
    SELECT id, state, rank FROM tasks WHERE id <> OLD.id AND (id = NEW.id OR key = NEW.key);
END;
CREATE TRIGGER tasks_count_rename AFTER UPDATE OF id, key ON tasks
BEGIN
  UPDATE task_counts SET n = n - (SELECT count(*) FROM task_replaced r WHERE r.state = task_counts.state AND r.rank = task_counts.rank)
    WHERE EXISTS (SELECT 1 FROM task_replaced);
  DELETE FROM task_replaced;
END;

CREATE TABLE dependencies (
  task       INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  depends_on INTEGER NOT NULL REFERENCES tasks (id),
  PRIMARY KEY (task, depends_on),
  CHECK (task <> depends_on)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependencies_reverse ON dependencies (depends_on);

-- Queued tasks that are no longer as a session remembers them: their row was written, or something that they depend on is
-- done or gone. A running session takes them out; one that begins looks at the whole queue.
CREATE TABLE queue_changes (
  task INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE queue_unblocked (
  depends_on INTEGER PRIMARY KEY,                  -- it is done
  upto       INTEGER NOT NULL DEFAULT 0            -- of those that depend on it, these have been looked at
) STRICT;
-- Ids that were given before: a row that was replaced, or put between others.
CREATE TRIGGER queue_task_put_between BEFORE INSERT ON tasks
WHEN NEW.id > 0 AND NEW.id <= (SELECT seq FROM sqlite_sequence WHERE name = 'tasks')
BEGIN INSERT OR IGNORE INTO queue_changes (task) VALUES (NEW.id); END;
CREATE TRIGGER queue_task_gone AFTER DELETE ON tasks
BEGIN INSERT OR IGNORE INTO queue_changes (task) SELECT task FROM dependencies WHERE depends_on = OLD.id; END;
CREATE TRIGGER queue_task_written AFTER UPDATE ON tasks WHEN NEW.state = 'queued'
BEGIN INSERT OR IGNORE INTO queue_changes (task) VALUES (NEW.id); END;
CREATE TRIGGER queue_task_done AFTER UPDATE OF state ON tasks
WHEN NEW.state = 'done' AND EXISTS (SELECT 1 FROM dependencies WHERE depends_on = NEW.id)
BEGIN INSERT OR REPLACE INTO queue_unblocked (depends_on) VALUES (NEW.id); END;
CREATE TRIGGER queue_dependency_changed AFTER UPDATE ON dependencies
BEGIN INSERT OR IGNORE INTO queue_changes (task) VALUES (OLD.task), (NEW.task); END;
CREATE TRIGGER queue_task_put_done AFTER INSERT ON tasks
WHEN NEW.state = 'done' AND EXISTS (SELECT 1 FROM dependencies WHERE depends_on = NEW.id)
BEGIN INSERT OR REPLACE INTO queue_unblocked (depends_on) VALUES (NEW.id); END;
CREATE TRIGGER queue_dependency_dropped AFTER DELETE ON dependencies
BEGIN INSERT OR IGNORE INTO queue_changes (task) VALUES (OLD.task); END;

-- What a task has used up in all its attempts. Only a human resets it.
CREATE TABLE ledger (
  task       INTEGER PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
  attempts   INTEGER NOT NULL DEFAULT 0,
  waits      INTEGER NOT NULL DEFAULT 0,           -- rate limits and shutdowns: never an attempt, bounded on their own
  wall_ms    INTEGER NOT NULL DEFAULT 0,
  tokens     INTEGER NOT NULL DEFAULT 0,
  cost_usd   REAL NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sessions (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  pid         INTEGER NOT NULL,
  exit_status INTEGER,
  stop_reason TEXT NOT NULL DEFAULT '',
  stop_asked  TEXT NOT NULL DEFAULT '' CHECK (stop_asked IN ('', 'drain', 'now')),
  closed      TEXT NOT NULL DEFAULT '',            -- why it starts nothing new any more
  terms       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(terms))  -- what it may do less than the configuration allows
) STRICT;

-- AUTOINCREMENT: a run's id never repeats, also not after deletes.
CREATE TABLE runs (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  task        INTEGER NOT NULL REFERENCES tasks (id),
  n           INTEGER NOT NULL,                    -- 1, 2, ...: the attempt as people count
  session     INTEGER NOT NULL REFERENCES sessions (id),
  agent_type  TEXT NOT NULL,
  driver      TEXT NOT NULL,
  provider    TEXT NOT NULL DEFAULT '',            -- whose model it used; empty: nobody's
  rule        TEXT NOT NULL DEFAULT '',
  phase       TEXT NOT NULL DEFAULT 'starting' CHECK (phase IN ('starting', 'running', 'verifying', 'ended')),
  outcome     TEXT NOT NULL DEFAULT '',            -- how it ended, in words
  verdict     TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'accept', 'retry', 'park', 'escalate')),
  why         TEXT NOT NULL DEFAULT '',
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  pid         INTEGER,
  exit        TEXT CHECK (exit IS NULL OR json_valid(exit)),  -- the agent step's exit record
  session_id  TEXT NOT NULL DEFAULT '',
  model       TEXT NOT NULL DEFAULT '',
  tokens_in   INTEGER NOT NULL DEFAULT 0,
  tokens_out  INTEGER NOT NULL DEFAULT 0,
  cost_usd    REAL NOT NULL DEFAULT 0,
  workspace   TEXT NOT NULL DEFAULT '',
  branch      TEXT NOT NULL DEFAULT '',            -- published in the project; empty: nothing was
  base        TEXT NOT NULL DEFAULT '',
  commit_sha  TEXT NOT NULL DEFAULT '',
  tree        TEXT NOT NULL DEFAULT '',            -- what the verdict is bound to
  summary     TEXT NOT NULL DEFAULT '',            -- the agent's last words, bounded: a claim, not evidence
  evidence    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(evidence)),  -- checks, changes, left out, flags
  configuration TEXT NOT NULL DEFAULT '',          -- kept below state/configurations; empty: none was
  UNIQUE (task, n)
) STRICT;
CREATE INDEX runs_open ON runs (id) WHERE phase <> 'ended';
CREATE INDEX runs_session ON runs (session);

CREATE TABLE steps (
  run        INTEGER NOT NULL REFERENCES runs (id),
  n          INTEGER NOT NULL,
  name       TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  exit       TEXT CHECK (exit IS NULL OR json_valid(exit)),
  fault      TEXT NOT NULL DEFAULT '',             -- of the machine, while it failed
  discarded  INTEGER NOT NULL DEFAULT 0 CHECK (discarded IN (0, 1)),  -- it said nothing: another one stands in for it
  ran        INTEGER NOT NULL DEFAULT 0 CHECK (ran IN (0, 1)),        -- its process was seen: it is never begun again
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

-- Append-only: what changed, when, why.
CREATE TABLE events (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  session INTEGER,
  task    INTEGER,
  run     INTEGER,
  kind    TEXT NOT NULL,
  data    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data))
) STRICT;
CREATE INDEX events_task ON events (task) WHERE task IS NOT NULL;
CREATE TRIGGER events_are_append_only BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE inbox (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  task        INTEGER REFERENCES tasks (id),
  run         INTEGER REFERENCES runs (id),
  kind        TEXT NOT NULL,                       -- the program knows them (rows/inbox_kind.h)
  cause       TEXT NOT NULL,                       -- the same open cause is the same item
  provider    TEXT NOT NULL DEFAULT '',            -- of a kind that is about one
  times       INTEGER NOT NULL DEFAULT 1,
  title       TEXT NOT NULL,
  packet      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(packet)),
  options     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(options)),
  default_option TEXT NOT NULL DEFAULT '',
  deadline    INTEGER,
  status      TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'done', 'archived')),
  answer      TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX inbox_open_cause ON inbox (cause) WHERE status = 'open';
CREATE INDEX inbox_status ON inbox (status);
CREATE INDEX inbox_task ON inbox (task);
CREATE INDEX inbox_shown ON inbox (id) WHERE status <> 'archived';

-- A provider that must rest: until its stated reset, or (until NULL) until a human has answered.
CREATE TABLE parks (
  provider   TEXT PRIMARY KEY,
  until      INTEGER,
  why        TEXT NOT NULL,
  times      INTEGER NOT NULL DEFAULT 1,           -- in a row, for the growing cool-down
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether a check passes on the untouched base: learnt once per base commit and command.
CREATE TABLE baselines (
  base    TEXT NOT NULL,
  command TEXT NOT NULL,
  passed  INTEGER NOT NULL CHECK (passed IN (0, 1)),
  at      INTEGER NOT NULL,
  PRIMARY KEY (base, command)
) STRICT, WITHOUT ROWID;

CREATE TABLE kv (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
