-- Version 2: what people ask of tasks and sessions that are at work; the queue by its own index.
ALTER TABLE tasks ADD COLUMN cancel_asked INTEGER NOT NULL DEFAULT 0 CHECK (cancel_asked IN (0, 1));
DROP INDEX tasks_queued;
CREATE INDEX tasks_queued ON tasks (rank, created_at, id, held, not_before, next_attempt) WHERE state = 'queued';
CREATE INDEX tasks_retried ON tasks (next_attempt) WHERE state = 'queued' AND next_attempt IS NOT NULL;
CREATE INDEX tasks_later ON tasks (not_before) WHERE state = 'queued' AND not_before IS NOT NULL;
CREATE INDEX tasks_to_cancel ON tasks (id) WHERE cancel_asked = 1;
ALTER TABLE sessions ADD COLUMN stop_asked TEXT NOT NULL DEFAULT '' CHECK (stop_asked IN ('', 'drain', 'now'));
