-- Whether a site's images are annotated after their upload.
ALTER TABLE sites ADD COLUMN annotates INTEGER NOT NULL DEFAULT 1;
