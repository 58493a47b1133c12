-- Measurements of rollouts in blocks of half an hour, for questions about the past. No decision needs them: the table may be emptied at any
-- time (TRUNCATE orchestrator.signals). Blocks are compressed already.

CREATE TABLE orchestrator.signals (
    rollout text    NOT NULL,
    to_ms   bigint  NOT NULL,
    from_ms bigint  NOT NULL,
    bytes   integer NOT NULL,
    content bytea   NOT NULL,
    PRIMARY KEY (rollout, to_ms)
);

ALTER TABLE orchestrator.signals ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE INDEX signals_to_ms ON orchestrator.signals (to_ms);
