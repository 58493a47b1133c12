using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// Marten as this product uses it: appends and documents, no projections, no daemon. Only the schema upgrade creates objects.
/// </summary>
internal static class Documents
{
    public static DocumentStore Open(NpgsqlDataSource source) => DocumentStore.For(options =>
    {
        options.Connection(source);
        options.DatabaseSchemaName = PostgresSettings.Schema;
        options.AutoCreateSchemaObjects = AutoCreate.None;
        options.DisableNpgsqlLogging = true;

        // The caller decides about a retry: a retry here would take longer than the caller waits.
        options.ConfigurePolly(_ => { });
        options.ConfigureWritePolly(_ => { });

        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.EnableBigIntEvents = true;
        options.Events.AddEventType<StoredEvent>();
        options.Schema.For<StoredState>()
            .DocumentAlias("grain_state").UseOptimisticConcurrency(true).Metadata(m => m.Version.MapTo(s => s.Version));
    });
}
