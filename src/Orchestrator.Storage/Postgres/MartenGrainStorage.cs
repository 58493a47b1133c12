using JasperFx;
using Marten.Exceptions;
using Orchestrator.Storage.Shared;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Postgres;

/// <summary>Grain state as Marten documents. The ETag of a state is the version of its document, a new one with each write.</summary>
internal sealed class MartenGrainStorage(PostgresStore store, IActivatorProvider activators) : IGrainStorage
{
    private const string Table = $"{PostgresSettings.Schema}.mt_doc_grain_state";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await store.Query(
            $"SELECT mt_version::text, data ->> 'Json' FROM {Table} WHERE id = $1", row => (ETag: row.GetString(0), Json: row.GetString(1)),
            CancellationToken.None, Id(stateName, grainId)).ConfigureAwait(false);
        if (found is [var (etag, json)])
        {
            GrainStateFormat.Fill(grainState, json, etag);
        }
        else
        {
            GrainStateFormat.Clear(grainState, activators);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = new StoredState { Id = Id(stateName, grainId), Json = GrainStateFormat.WriteText(grainState.State) };
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
        // Marten deletes any version; only the version that was read may go.
        var id = Id(stateName, grainId);
        var known = grainState.ETag;
        var gone = known is null ? [] : await store.Query(
            $"DELETE FROM {Table} WHERE id = $1 AND mt_version = $2 RETURNING id", row => row.GetString(0), CancellationToken.None, id,
            Guid.Parse(known)).ConfigureAwait(false);

        // Clearing a state that the grain knows not to be stored is done already.
        if (gone.Count == 0 && (known is not null || await Tag(id).ConfigureAwait(false) is not null))
        {
            throw await Refused("clear", id, known).ConfigureAwait(false);
        }

        GrainStateFormat.Clear(grainState, activators);
    }

    private static string Id(string stateName, GrainId grain) => $"{stateName}|{grain}";

    private async Task<InconsistentStateException> Refused(string verb, string id, string? known) =>
        GrainStateFormat.Conflict(verb, id, await Tag(id).ConfigureAwait(false), known);

    private async Task<string?> Tag(string id) => (await store.Query(
        $"SELECT mt_version::text FROM {Table} WHERE id = $1", row => row.GetString(0), CancellationToken.None, id)
        .ConfigureAwait(false)).SingleOrDefault();
}
