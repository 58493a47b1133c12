using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Grain state as JSON beside the events: same file, same writer, a table of its own.</summary>
internal sealed class SqliteGrainStorage(SqliteStore store, IActivatorProvider activators) : IGrainStorage
{
    // Windows of measurements may hold an infinity as a bound.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await store.Read(
            session => session.Query(
                "SELECT etag, data FROM grain_state WHERE grain = $0 AND name = $1",
                row => (ETag: row.GetString(0), Data: row.GetFieldValue<byte[]>(1)), CancellationToken.None, grainId.ToString(), stateName),
            CancellationToken.None).ConfigureAwait(false);
        if (found is [var (etag, data)])
        {
            grainState.State = JsonSerializer.Deserialize<T>(data, Json)!;
            grainState.ETag = etag;
            grainState.RecordExists = true;
        }
        else
        {
            Forget(grainState);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json);
        var grain = grainId.ToString();
        var known = grainState.ETag;

        // A tag never returns, so a writer that slept through a clear and a rewrite still finds out.
        var next = Guid.NewGuid().ToString("N");
        var stored = await store.Write(session => known is null
            ? Tag(session, grain, stateName, session.Execute(
                "INSERT INTO grain_state (grain, name, etag, data) VALUES ($0, $1, $2, $3) ON CONFLICT DO NOTHING", grain, stateName, next, data))
            : Tag(session, grain, stateName, session.Execute(
                "UPDATE grain_state SET etag = $2, data = $3 WHERE grain = $0 AND name = $1 AND etag = $4", grain, stateName, next, data, known)))
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

        // Clearing what is not there, by somebody who knows that, is already done.
        ThrowUnless(stored.Done || (known is null && stored.ETag is null), "clear", stateName, grain, stored.ETag, known);
        Forget(grainState);
    }

    private static (bool Done, string? ETag) Tag(Session session, string grain, string name, int changed) => changed == 1
        ? (true, null)
        : (false, (string?)session.Scalar("SELECT etag FROM grain_state WHERE grain = $0 AND name = $1", grain, name));

    private static void ThrowUnless(bool done, string verb, string name, string grain, string? stored, string? known)
    {
        if (!done)
        {
            throw new InconsistentStateException(
                $"Refused to {verb} the state '{name}' of {grain}: it was read with tag {known ?? "(none)"} and now has {stored ?? "(none)"}.", stored, known);
        }
    }

    private void Forget<T>(IGrainState<T> grainState)
    {
        // No array is the empty one: its owner says what nothing is.
        grainState.State = typeof(T).IsArray ? default! : activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }
}
