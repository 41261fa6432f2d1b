-- The search index: for each file the grams of its haystack, as words; only the lists of files per word are kept.
CREATE VIRTUAL TABLE grams USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
