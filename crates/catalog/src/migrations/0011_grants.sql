-- Roles of users on folders, and so on all that lies below them.
CREATE TABLE folder_grants (
    user_num INTEGER NOT NULL REFERENCES users (num) ON DELETE CASCADE,
    folder   INTEGER NOT NULL REFERENCES folders (num),
    role     TEXT    NOT NULL,
    PRIMARY KEY (user_num, folder)
) WITHOUT ROWID;
CREATE INDEX folder_grants_by_folder ON folder_grants (folder);
