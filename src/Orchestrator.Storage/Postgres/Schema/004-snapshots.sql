-- Snapshots of worlds: a cache, which may be emptied at any time (TRUNCATE orchestrator.snapshots, orchestrator.snapshot_parts). Parts are
-- compressed already.

CREATE TABLE orchestrator.snapshots (
    name    text NOT NULL PRIMARY KEY,
    content text NOT NULL
);

CREATE TABLE orchestrator.snapshot_parts (
    name    text  NOT NULL PRIMARY KEY,
    content bytea NOT NULL
);

ALTER TABLE orchestrator.snapshot_parts ALTER COLUMN content SET STORAGE EXTERNAL;
