-- Which files have text in them that search knows. Its words are in the index alone, under the number of the file.
CREATE TABLE contents (
    file  INTEGER PRIMARY KEY REFERENCES files (num) ON DELETE CASCADE,
    site  INTEGER NOT NULL,
    facet INTEGER NOT NULL
);
CREATE INDEX contents_by_facet ON contents (site, facet);
CREATE VIRTUAL TABLE passages USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
