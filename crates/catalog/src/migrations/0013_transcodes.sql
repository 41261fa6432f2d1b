-- Jobs are taken in the order of their rank, the file that they work on can be told, and how far they are.
ALTER TABLE jobs ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN file INTEGER;
ALTER TABLE jobs ADD COLUMN progress TEXT;
UPDATE jobs SET rank = created;
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (state, lane, rank, num);
