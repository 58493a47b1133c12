-- Membership of the silos: tables of our own, and the queries that Orleans' ADO.NET clustering asks for by name (it ships none). Its connections
-- have this schema as their search path. A change of the members raises the version of the whole table, from the version that was read: of two
-- concurrent ones the second waits at the row of the version, finds it raised, and changes nothing.

CREATE TABLE orchestrator.cluster_version (
    cluster text    NOT NULL PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE orchestrator.cluster_member (
    cluster       text        NOT NULL REFERENCES orchestrator.cluster_version ON DELETE CASCADE,
    address       text        NOT NULL,
    port          integer     NOT NULL,
    generation    integer     NOT NULL,
    silo_name     text        NOT NULL,
    host_name     text        NOT NULL,
    status        integer     NOT NULL,
    proxy_port    integer     NOT NULL,
    suspect_times text,
    start_time    timestamptz NOT NULL,
    alive_time    timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

CREATE TABLE orchestrator.OrleansQuery (
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

INSERT INTO orchestrator.OrleansQuery (QueryKey, QueryText) VALUES
('GatewaysQueryKey', $query$
    SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation"
      FROM orchestrator.cluster_member
     WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0
$query$),
('MembershipReadRowKey', $query$
    SELECT v.version AS "Version", m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
           m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort", m.suspect_times AS "SuspectTimes",
           m.start_time AS "StartTime", m.alive_time AS "IAmAliveTime"
      FROM orchestrator.cluster_version v
      LEFT JOIN orchestrator.cluster_member m
        ON m.cluster = v.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
     WHERE v.cluster = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
    SELECT v.version AS "Version", m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
           m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort", m.suspect_times AS "SuspectTimes",
           m.start_time AS "StartTime", m.alive_time AS "IAmAliveTime"
      FROM orchestrator.cluster_version v
      LEFT JOIN orchestrator.cluster_member m ON m.cluster = v.cluster
     WHERE v.cluster = @DeploymentId
$query$),
('InsertMembershipVersionKey', $query$
    WITH made AS (INSERT INTO orchestrator.cluster_version (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT FROM made)
$query$),
('InsertMembershipKey', $query$
    WITH raised AS (
        UPDATE orchestrator.cluster_version v SET version = version + 1
         WHERE v.cluster = @DeploymentId AND v.version = @Version AND NOT EXISTS (
               SELECT FROM orchestrator.cluster_member m
                WHERE m.cluster = v.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING v.cluster),
    made AS (
        INSERT INTO orchestrator.cluster_member
               (cluster, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
        RETURNING 1)
    SELECT EXISTS (SELECT FROM made)
$query$),
('UpdateMembershipKey', $query$
    WITH raised AS (
        UPDATE orchestrator.cluster_version SET version = version + 1 WHERE cluster = @DeploymentId AND version = @Version RETURNING cluster),
    changed AS (
        UPDATE orchestrator.cluster_member m SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
          FROM raised
         WHERE m.cluster = raised.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
    UPDATE orchestrator.cluster_member SET alive_time = @IAmAliveTime
     WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),
('DeleteMembershipTableEntriesKey', $query$
    DELETE FROM orchestrator.cluster_version WHERE cluster = @DeploymentId
$query$),
-- 3 is active.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM orchestrator.cluster_member WHERE cluster = @DeploymentId AND alive_time < @IAmAliveTime AND status <> 3
$query$);
