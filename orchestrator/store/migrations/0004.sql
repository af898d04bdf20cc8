-- Version 4: what a task will change, as paths or globs, for routing rules.
ALTER TABLE tasks ADD COLUMN touches TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(touches) AND json_type(touches) = 'array');
