-- A file's texts are one document of the search index, or wait to become one (null). When they change, the old document
-- waits in turn to be taken out. Until now, documents had the numbers of their files.
ALTER TABLE files ADD COLUMN document INTEGER;
UPDATE files SET document = num WHERE root < 3;
CREATE UNIQUE INDEX files_by_document ON files (document) WHERE document IS NOT NULL;
CREATE INDEX files_unindexed ON files (site, facet) WHERE document IS NULL AND root < 3;
CREATE TABLE stale_documents (num INTEGER PRIMARY KEY);

-- The log is read and swept in its own order; every event paid for these.
DROP INDEX events_by_entity;
DROP INDEX events_by_time;
