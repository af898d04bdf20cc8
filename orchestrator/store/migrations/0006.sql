-- Version 6: a step that failed while the machine did, for whoever judges it later; and with what configuration a run began.
ALTER TABLE steps ADD COLUMN fault TEXT NOT NULL DEFAULT '';
ALTER TABLE steps ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0 CHECK (discarded IN (0, 1));
UPDATE steps SET discarded = 1 WHERE ifnull(json_extract(exit, '$.reason'), '') = 'not_started';
ALTER TABLE runs ADD COLUMN configuration TEXT NOT NULL DEFAULT '';
ALTER TABLE steps ADD COLUMN ran INTEGER NOT NULL DEFAULT 0 CHECK (ran IN (0, 1));
