using Orchestrator.Storage.Shared;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Grain state as JSON beside the events: same file, same writer, a table of its own.</summary>
internal sealed class SqliteGrainStorage(SqliteStore store, IActivatorProvider activators) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await store.Read(
            session => session.Query(
                "SELECT etag, data FROM grain_state WHERE grain = $0 AND name = $1",
                row => (ETag: row.GetString(0), Data: row.GetFieldValue<byte[]>(1)), CancellationToken.None, grainId.ToString(), stateName),
            CancellationToken.None).ConfigureAwait(false);
        if (found is [var (etag, data)])
        {
            GrainStateFormat.Fill(grainState, data, etag);
        }
        else
        {
            GrainStateFormat.Clear(grainState, activators);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = GrainStateFormat.Write(grainState.State);
        var grain = grainId.ToString();
        var known = grainState.ETag;

        // An ETag never comes back: a writer that missed a clear and a rewrite is refused.
        var next = Guid.NewGuid().ToString("N");
        var stored = await store.Write(session => known is null
            ? Tag(session, grain, stateName, session.Execute(
                "INSERT INTO grain_state (grain, name, etag, data) VALUES ($0, $1, $2, $3) ON CONFLICT DO NOTHING",
                grain, stateName, next, data))
            : Tag(session, grain, stateName, session.Execute(
                "UPDATE grain_state SET etag = $2, data = $3 WHERE grain = $0 AND name = $1 AND etag = $4",
                grain, stateName, next, data, known)))
            .ConfigureAwait(false);
        ThrowUnless(stored.Done, "write", stateName, grain, stored.ETag, known);
        grainState.ETag = next;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var grain = grainId.ToString();
        var known = grainState.ETag;
        var stored = await store.Write(session => Tag(session, grain, stateName, session.Execute(
            "DELETE FROM grain_state WHERE grain = $0 AND name = $1 AND etag = $2", grain, stateName, known))).ConfigureAwait(false);

        // Clearing a state that the grain knows not to be stored is done already.
        ThrowUnless(stored.Done || (known is null && stored.ETag is null), "clear", stateName, grain, stored.ETag, known);
        GrainStateFormat.Clear(grainState, activators);
    }

    private static (bool Done, string? ETag) Tag(Session session, string grain, string name, int changed) => changed == 1
        ? (true, null)
        : (false, (string?)session.Scalar("SELECT etag FROM grain_state WHERE grain = $0 AND name = $1", grain, name));

    private static void ThrowUnless(bool done, string verb, string name, string grain, string? stored, string? known)
    {
        if (!done)
        {
            throw GrainStateFormat.Conflict(verb, $"'{name}' of {grain}", stored, known);
        }
    }
}
