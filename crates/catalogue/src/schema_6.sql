-- Schema, step 6: keeping.

-- How often a bag was marked since its manifests were written: 0 if they are up to date. A mark that is set while the
-- manifests are being written is one more than those saw, and stays.
DROP INDEX bag_dirty;
CREATE INDEX bag_dirty ON bag (path) WHERE dirty > 0;
