-- Version 5: what a session was asked for, and why it starts nothing new any more: others say why a task does not start.
ALTER TABLE sessions ADD COLUMN closed TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN terms TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(terms));
