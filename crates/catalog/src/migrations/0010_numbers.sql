-- Cursors and jobs keep the numbers of folders and files for longer than their rows are there, so a number is never given
-- out twice. What is stored stays the same, so the schema's text is all that has to change.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'INTEGER PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT')
    WHERE type = 'table' AND name IN ('files', 'folders');
PRAGMA writable_schema = RESET;
