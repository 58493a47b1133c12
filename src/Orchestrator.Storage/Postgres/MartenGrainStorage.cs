using System.Text.Json;
using System.Text.Json.Serialization;
using JasperFx;
using Marten;
using Marten.Exceptions;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Postgres;

/// <summary>Grain state as Marten documents. The tag of a state is its document's version, which Marten draws anew with each write.</summary>
internal sealed class MartenGrainStorage(PostgresStore store, IActivatorProvider activators) : IGrainStorage
{
    private const string Table = $"{PostgresSettings.Schema}.mt_doc_grain_state";

    // Windows of measurements may hold an infinity as a bound.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await store.Query(
            $"SELECT mt_version::text, data ->> 'Json' FROM {Table} WHERE id = $1", row => (ETag: row.GetString(0), Json: row.GetString(1)),
            CancellationToken.None, Id(stateName, grainId)).ConfigureAwait(false);
        if (found is [var (etag, json)])
        {
            grainState.State = JsonSerializer.Deserialize<T>(json, Json)!;
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
        var state = new StoredState { Id = Id(stateName, grainId), Json = JsonSerializer.Serialize(grainState.State, Json) };
        var known = grainState.ETag;
        var next = await store.Ask(async () =>
        {
            await using var session = store.Documents.LightweightSession();
            if (known is null)
            {
                session.Insert(state);
            }
            else
            {
                state.Version = Guid.Parse(known);
                session.Update(state);
            }

            try
            {
                await session.SaveChangesAsync().ConfigureAwait(false);
                return state.Version.ToString();
            }
            catch (Exception e) when (e is DocumentAlreadyExistsException or ConcurrencyException or NonExistentDocumentException)
            {
                return null;
            }
        }).ConfigureAwait(false);
        if (next is null)
        {
            throw await Refused("write", state.Id, known).ConfigureAwait(false);
        }

        grainState.ETag = next;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Marten deletes whatever version there is; only the one that was read may go.
        var id = Id(stateName, grainId);
        var known = grainState.ETag;
        var gone = known is null ? [] : await store.Query(
            $"DELETE FROM {Table} WHERE id = $1 AND mt_version = $2 RETURNING id", row => row.GetString(0), CancellationToken.None, id, Guid.Parse(known))
            .ConfigureAwait(false);

        // Clearing what is not there, by somebody who knows that, is already done.
        if (gone.Count == 0 && (known is not null || await Tag(id).ConfigureAwait(false) is not null))
        {
            throw await Refused("clear", id, known).ConfigureAwait(false);
        }

        Forget(grainState);
    }

    private static string Id(string stateName, GrainId grain) => $"{stateName}|{grain}";

    private async Task<InconsistentStateException> Refused(string verb, string id, string? known)
    {
        var stored = await Tag(id).ConfigureAwait(false);
        return new InconsistentStateException($"Refused to {verb} the state {id}: it was read with tag {known ?? "(none)"} and now has {stored ?? "(none)"}.", stored, known);
    }

    private async Task<string?> Tag(string id) => (await store.Query(
        $"SELECT mt_version::text FROM {Table} WHERE id = $1", row => row.GetString(0), CancellationToken.None, id).ConfigureAwait(false)).SingleOrDefault();

    private void Forget<T>(IGrainState<T> grainState)
    {
        // No array is the empty one: its owner says what nothing is.
        grainState.State = typeof(T).IsArray ? default! : activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }
}
