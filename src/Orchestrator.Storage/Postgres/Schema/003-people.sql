-- Sketches of counted users, a row for each node, rollout, segment, kind and hour; a day of hours. Unlogged: what a crash loses costs numbers for
-- display, and the nodes write what they have again.

CREATE UNLOGGED TABLE orchestrator.people (
    node    text        NOT NULL,
    rollout text        NOT NULL,
    segment text        NOT NULL,
    kind    smallint    NOT NULL,
    hour    bigint      NOT NULL,
    users   bytea       NOT NULL,
    changed timestamptz NOT NULL,
    PRIMARY KEY (rollout, hour, node, segment, kind)
) WITH (fillfactor = 50);

CREATE INDEX people_changed ON orchestrator.people (changed);
