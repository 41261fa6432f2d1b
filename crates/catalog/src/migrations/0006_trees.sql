-- A folder moves, goes and comes back by changing the one folder that it is in. Which tree a row is in follows from its
-- way up; `root` is a stamp of that, for lists. Where stamps are behind, their folders stand in `unsettled`.
ALTER TABLE folders DROP COLUMN depth;
ALTER TABLE folders ADD COLUMN height    INTEGER NOT NULL DEFAULT 0;    -- levels of folders below it
ALTER TABLE folders ADD COLUMN came_from INTEGER REFERENCES folders (num); -- the folder to go back to from the trash
ALTER TABLE folders ADD COLUMN trashed   INTEGER;                       -- when it went to the trash by itself
ALTER TABLE folders ADD COLUMN revision  INTEGER NOT NULL DEFAULT 1;    -- counts the events of the folder
-- What lists and searches go by, named as for files. A root has a facet that no list asks for.
ALTER TABLE folders ADD COLUMN uid       BLOB    NOT NULL DEFAULT x'';
ALTER TABLE folders ADD COLUMN facet     INTEGER NOT NULL DEFAULT -1;
ALTER TABLE folders ADD COLUMN name_key  BLOB    NOT NULL DEFAULT x'';
ALTER TABLE folders ADD COLUMN haystack  TEXT    NOT NULL DEFAULT '';
ALTER TABLE folders ADD COLUMN document  INTEGER;

DROP INDEX folders_by_name;
CREATE UNIQUE INDEX folders_by_name ON folders (parent, name) WHERE trashed IS NULL; -- in the trash, names may repeat
CREATE INDEX folders_by_height     ON folders (parent, height);
CREATE INDEX folders_by_stamp      ON folders (parent, root);
CREATE INDEX folders_came_from     ON folders (came_from) WHERE came_from IS NOT NULL;
CREATE INDEX folders_trashed       ON folders (trashed) WHERE trashed IS NOT NULL;
CREATE INDEX folders_level_name    ON folders (parent, facet, name_key, uid);
CREATE INDEX folders_level_updated ON folders (parent, facet, updated, uid);
CREATE INDEX folders_tree_name     ON folders (site, root, facet, name_key, uid);
CREATE INDEX folders_tree_updated  ON folders (site, root, facet, updated, uid);
CREATE UNIQUE INDEX folders_by_document ON folders (document) WHERE document IS NOT NULL;
CREATE INDEX folders_unindexed     ON folders (site, facet) WHERE document IS NULL AND root < 3 AND facet >= 0;

CREATE INDEX files_by_stamp  ON files (parent, root);
CREATE INDEX files_came_from ON files (came_from) WHERE came_from IS NOT NULL;

CREATE TABLE unsettled (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    folder INTEGER NOT NULL UNIQUE REFERENCES folders (num),
    site   INTEGER NOT NULL REFERENCES sites (num)
);
CREATE INDEX unsettled_by_site ON unsettled (site);

-- Where in a zip each of its files goes, for those of a folder. JSON, as long as `files`; null: all at the top.
ALTER TABLE archives ADD COLUMN paths TEXT;
