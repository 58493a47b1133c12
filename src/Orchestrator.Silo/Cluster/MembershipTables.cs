namespace Orchestrator.Silo.Cluster;

/// <summary>
/// The tables of Orleans' membership on PostgreSQL, and the queries that its ADO.NET package asks for by name. The package ships none; these are
/// our own, to its contract: a change of the members and of the table's version happens as one, under the version that was read.
/// </summary>
internal static class MembershipTables
{
    private const string OneMember = "m.address = @Address AND m.port = @Port AND m.generation = @Generation";

    private const string Entries = """
        SELECT v.version AS "Version", m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
               m.host_name AS "HostName", m.status AS "Status", m.proxy_port AS "ProxyPort", m.suspect_times AS "SuspectTimes",
               m.start_time AS "StartTime", m.alive_time AS "IAmAliveTime"
          FROM cluster_version v LEFT JOIN cluster_member m ON m.cluster = v.cluster
        """;

    /// <summary>Raises the table's version; nothing when it is no longer the one that was read. Concurrent ones wait for each other here.</summary>
    private const string Raise = "UPDATE cluster_version SET version = version + 1, changed = now() WHERE cluster = @DeploymentId AND version = @Version";

    private static readonly (string Key, string Text)[] Queries =
    [
        ("GatewaysQueryKey",
            """SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation" FROM cluster_member WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0"""),
        ("MembershipReadRowKey", $"{Entries} AND {OneMember} WHERE v.cluster = @DeploymentId"),
        ("MembershipReadAllKey", $"{Entries} WHERE v.cluster = @DeploymentId"),
        ("InsertMembershipVersionKey",
            "WITH made AS (INSERT INTO cluster_version (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1) SELECT EXISTS (SELECT FROM made)"),
        ("UpdateIAmAlivetimeKey", $"UPDATE cluster_member m SET alive_time = @IAmAliveTime WHERE m.cluster = @DeploymentId AND {OneMember}"),
        ("InsertMembershipKey", $"""
            WITH raised AS ({Raise} AND NOT EXISTS (SELECT FROM cluster_member m WHERE m.cluster = @DeploymentId AND {OneMember}) RETURNING cluster),
                 made AS (INSERT INTO cluster_member (cluster, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
                          SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised RETURNING 1)
            SELECT EXISTS (SELECT FROM made)
            """),
        ("UpdateMembershipKey", $"""
            WITH raised AS ({Raise} RETURNING cluster),
                 changed AS (UPDATE cluster_member m SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
                             FROM raised WHERE m.cluster = raised.cluster AND {OneMember} RETURNING 1)
            SELECT EXISTS (SELECT FROM changed)
            """),
        ("DeleteMembershipTableEntriesKey",
            "WITH members AS (DELETE FROM cluster_member WHERE cluster = @DeploymentId) DELETE FROM cluster_version WHERE cluster = @DeploymentId"),
        ("CleanupDefunctSiloEntriesKey", "DELETE FROM cluster_member WHERE cluster = @DeploymentId AND alive_time < @IAmAliveTime AND status <> 3"),
    ];

    /// <summary>Makes what is missing and brings the queries up to this build's. May run again and again.</summary>
    public static string Script { get; } = $"""
        CREATE TABLE IF NOT EXISTS cluster_version (
            cluster text PRIMARY KEY, version integer NOT NULL DEFAULT 0, changed timestamptz NOT NULL DEFAULT now());
        CREATE TABLE IF NOT EXISTS cluster_member (
            cluster text NOT NULL REFERENCES cluster_version ON DELETE CASCADE, address text NOT NULL, port integer NOT NULL, generation integer NOT NULL,
            silo_name text NOT NULL, host_name text NOT NULL, status integer NOT NULL, proxy_port integer NOT NULL, suspect_times text,
            start_time timestamptz NOT NULL, alive_time timestamptz NOT NULL, PRIMARY KEY (cluster, address, port, generation));
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);
        INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
        {string.Join(",\n", Queries.Select(query => $"('{query.Key}', '{query.Text.Replace("'", "''", StringComparison.Ordinal)}')"))}
        ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
        """;
}
