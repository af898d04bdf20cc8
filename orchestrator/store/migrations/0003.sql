-- Version 3: tasks are counted as they change; kinds of inbox items are known to the program alone; an item and a run
-- name their provider; a task's own ceiling is no longer a matter of its provider's credit; what changes in the queue is
-- written down.
ALTER TABLE runs ADD COLUMN provider TEXT NOT NULL DEFAULT '';

CREATE INDEX tasks_state ON tasks (state);
DROP INDEX tasks_queued;
CREATE INDEX tasks_queued ON tasks (rank, id, held, not_before, next_attempt) WHERE state = 'queued';

DROP INDEX inbox_open_cause;
ALTER TABLE inbox RENAME TO inbox_2;
CREATE TABLE inbox (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  task        INTEGER REFERENCES tasks (id),
  run         INTEGER REFERENCES runs (id),
  kind        TEXT NOT NULL,
  cause       TEXT NOT NULL,
  provider    TEXT NOT NULL DEFAULT '',
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
INSERT INTO inbox (id, task, run, kind, cause, provider, times, title, packet, options, default_option, deadline,
                   status, answer, note, created_at, updated_at)
  SELECT id, task, run, kind, cause,
         CASE WHEN cause LIKE '%:provider:%' THEN substr(cause, instr(cause, ':provider:') + 10) ELSE '' END,
         times, title, packet, options, default_option, deadline, status, answer, note, created_at, updated_at
  FROM inbox_2;
DROP TABLE inbox_2;
UPDATE inbox SET kind = 'task_budget', cause = 'task_budget:task:' || task, options = '["retry","done","cancel"]',
                 default_option = 'retry'
  WHERE kind = 'budget' AND provider = '' AND task IS NOT NULL;
UPDATE inbox SET options = '["done"]', default_option = 'done' WHERE kind = 'budget' AND status = 'open';
CREATE UNIQUE INDEX inbox_open_cause ON inbox (cause) WHERE status = 'open';
CREATE INDEX inbox_status ON inbox (status);
CREATE INDEX inbox_task ON inbox (task);
CREATE INDEX inbox_shown ON inbox (id) WHERE status <> 'archived';

CREATE TABLE task_counts (
  state TEXT NOT NULL,
  rank  INTEGER NOT NULL,
  n     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (state, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO task_counts (state, rank, n)
  SELECT s.column1, r.column1, (SELECT count(*) FROM tasks t WHERE t.state = s.column1 AND t.rank = r.column1)
  FROM (VALUES ('queued'), ('claimed'), ('running'), ('waiting_human'), ('done'), ('failed'), ('cancelled')) s,
       (VALUES (0), (1), (2), (3)) r;
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
