using Orchestrator.Grains.Time;

namespace Orchestrator.Storage.Postgres;

/// <summary>The clock of the database.</summary>
internal sealed class PostgresClock(PostgresStore store) : IStoreClock
{
    public async Task<DateTimeOffset> Now(CancellationToken stop = default) =>
        (await store.Query("SELECT clock_timestamp()", row => row.GetFieldValue<DateTimeOffset>(0), stop).ConfigureAwait(false))[0];
}
