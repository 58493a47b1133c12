using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Shared;
using Orleans.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Azure;

/// <summary>
/// Grain state in Azure by Orleans' own providers for blobs and for tables. Added here: the names and the JSON of this product, one
/// sentence for an outage, a container or table that is created again, and a lost answer that is no conflict.
/// </summary>
internal sealed class AzureGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly IGrainStorage _provider;
    private readonly AzureResource _resource;
    private readonly Func<string, GrainId, (string State, GrainId Grain)> _place;
    private readonly int _longest;
    private readonly IActivatorProvider _activators;

    private AzureGrainStorage(
        IGrainStorage provider, AzureResource resource, Func<string, GrainId, (string State, GrainId Grain)> place, int longest,
        IActivatorProvider activators)
    {
        _provider = provider;
        _resource = resource;
        _place = place;
        _longest = longest;
        _activators = activators;
    }

    /// <summary>A blob for each state.</summary>
    public static AzureGrainStorage InBlobs(string name, BlobServiceClient service, string container, IActivatorProvider activators)
    {
        var client = service.GetBlobContainerClient(container);
        var options = new AzureBlobStorageOptions
        {
            BlobServiceClient = service,
            ContainerName = container,
            DeleteStateOnClear = true,
            GrainStorageSerializer = new StoredJson.InBlob(),
        };

        // Without a logger: the exception says it all, and the grain that asked logs it.
        return new AzureGrainStorage(
            new AzureBlobGrainStorage(name, options, new StateContainer(client), activators, NullLogger<AzureBlobGrainStorage>.Instance),
            AzureResource.Of(client), (state, grain) => (StateNames.Blob(state, grain), grain), int.MaxValue, activators);
    }

    /// <summary>A row for each state. Its keys do not change with the name of the cluster.</summary>
    public static AzureGrainStorage InTable(string name, TableServiceClient service, string table, IActivatorProvider activators)
    {
        var options = new AzureTableStorageOptions
        {
            TableServiceClient = service,
            TableName = table,
            DeleteStateOnClear = true,
            GrainStorageSerializer = new StoredJson.InRow(),
        };
        var cluster = Options.Create(new ClusterOptions { ServiceId = "orchestrator", ClusterId = "orchestrator" });
        return new AzureGrainStorage(
            new AzureTableGrainStorage(name, options, cluster, NullLogger<AzureTableGrainStorage>.Instance, activators),
            AzureResource.Of(service, table),
            (state, grain) => (StateNames.Key(state), GrainId.Create("grain", StateNames.Key(grain.ToString()))), StoredJson.InRow.Longest,
            activators);
    }

    public void Participate(ISiloLifecycle observer) => ((ILifecycleParticipant<ISiloLifecycle>)_provider).Participate(observer);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = await Stored(_place(stateName, grainId)).ConfigureAwait(false);
        if (stored.RecordExists)
        {
            GrainStateFormat.Fill(grainState, stored.State!.Json.Span, stored.ETag);
        }
        else
        {
            GrainStateFormat.Clear(grainState, _activators);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var json = GrainStateFormat.Write(grainState.State);
        if (json.Length > _longest)
        {
            throw new StorageUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"State {stateName} of {grainId} has {json.Length} bytes; a row of {_resource.Name} holds {_longest}. ")
                + "Keep grain state in blobs.");
        }

        var place = _place(stateName, grainId);
        var stored = new StoredJson { Json = json, Mark = Guid.NewGuid().ToString("N") };
        grainState.ETag = await Write(place, stored, grainState.ETag, again: false).ConfigureAwait(false);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var place = _place(stateName, grainId);
        if (grainState.ETag is not { } known)
        {
            // Clearing a state that the grain knows not to be stored is done already.
            var stored = await Stored(place).ConfigureAwait(false);
            if (stored.RecordExists)
            {
                throw GrainStateFormat.Conflict("clear", place.State, stored.ETag, null);
            }
        }
        else
        {
            try
            {
                var state = new GrainState<StoredJson>(new StoredJson(), known);
                await _resource.Ask(() => _provider.ClearStateAsync(place.State, place.Grain, state)).ConfigureAwait(false);
            }
            catch (InconsistentStateException e)
            {
                throw GrainStateFormat.Conflict("clear", place.State, (await Stored(place).ConfigureAwait(false)).ETag, known, e);
            }
        }

        GrainStateFormat.Clear(grainState, _activators);
    }

    private async Task<string> Write((string State, GrainId Grain) place, StoredJson json, string? known, bool again)
    {
        var state = new GrainState<StoredJson>(json, known);
        try
        {
            await _resource.Ask(() => _provider.WriteStateAsync(place.State, place.Grain, state)).ConfigureAwait(false);
            return state.ETag!;
        }
        catch (InconsistentStateException e)
        {
            var stored = await Stored(place).ConfigureAwait(false);
            if (stored.RecordExists && stored.State!.Mark == json.Mark)
            {
                // The answer to the first attempt was lost, and the retry met what it wrote.
                return stored.ETag!;
            }

            if (known is null && !stored.RecordExists && !again)
            {
                // Nothing is in the way, so the container or the table itself is missing.
                await _resource.Ask(() => _resource.Ensure(CancellationToken.None)).ConfigureAwait(false);
                return await Write(place, json, known, again: true).ConfigureAwait(false);
            }

            throw GrainStateFormat.Conflict("write", place.State, stored.ETag, known, e);
        }
    }

    private async Task<GrainState<StoredJson>> Stored((string State, GrainId Grain) place)
    {
        var state = new GrainState<StoredJson>();
        await _resource.Ask(() => _provider.ReadStateAsync(place.State, place.Grain, state)).ConfigureAwait(false);
        return state;
    }
}
