-- Transformations of images that a site has given names.
CREATE TABLE presets (
    site           INTEGER NOT NULL REFERENCES sites (num),
    name           TEXT    NOT NULL,
    transformation TEXT    NOT NULL,
    created        INTEGER NOT NULL,
    updated        INTEGER NOT NULL,
    PRIMARY KEY (site, name)
) WITHOUT ROWID;
-- Whether a site's images are made only as presets and signed addresses say.
ALTER TABLE sites ADD COLUMN strict_images INTEGER NOT NULL DEFAULT 0;
