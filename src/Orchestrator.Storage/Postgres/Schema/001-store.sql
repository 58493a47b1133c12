-- What the store keeps beside Marten's events and documents. Applied once, in one transaction; never edited after a release.

CREATE TABLE orchestrator.meta (
    key   text NOT NULL PRIMARY KEY,
    value text NOT NULL
);

-- One more with each restore of a backup: positions of different timelines cannot be compared.
INSERT INTO orchestrator.meta (key, value) VALUES ('timeline', '1');

CREATE TABLE orchestrator.guards (
    rollout text        NOT NULL PRIMARY KEY,
    renewed timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE orchestrator.nodes (
    id       text        NOT NULL PRIMARY KEY,
    report   jsonb       NOT NULL,
    reported timestamptz NOT NULL
) WITH (fillfactor = 50);
