-- What files look like: for each at most one vector of one model, and one perceptual hash. A row outlives its file for a
-- while, with neither, so that copies in memory learn that it is gone.
CREATE TABLE likenesses (
    file   INTEGER PRIMARY KEY,
    site   INTEGER NOT NULL REFERENCES sites (num),
    change INTEGER NOT NULL,                      -- the site's number of the change that made it what it is
    model  TEXT,
    vector BLOB,                                  -- signed bytes
    hash   INTEGER                                -- the bits of a signed number
);
CREATE UNIQUE INDEX likenesses_by_change ON likenesses (site, change);
CREATE INDEX likenesses_gone ON likenesses (site, change) WHERE vector IS NULL AND hash IS NULL;
ALTER TABLE sites ADD COLUMN likeness_changes   INTEGER NOT NULL DEFAULT 0; -- counts them
ALTER TABLE sites ADD COLUMN likeness_forgotten INTEGER NOT NULL DEFAULT 0; -- up to which those of gone files are forgotten
