using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Azure;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>One process's view of a container of grain state.</summary>
internal sealed class States(AzureGrainStateSettings settings, BlobServiceClient? client = null) : IDisposable
{
    private static readonly GrainId Grain = GrainId.Create("metrics", "r1");
    private readonly ServiceProvider orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public BlobContainerClient Container { get; } = settings.Client().GetBlobContainerClient(settings.Container);

    public AzureBlobGrainStorage Storage => new(
        new() { BlobServiceClient = client ?? settings.Client(), ContainerName = settings.Container }, orleans.GetRequiredService<IActivatorProvider>());

    public async Task<GrainState<List<int>>> Read(string name = "window", string? grain = null)
    {
        var state = new GrainState<List<int>>();
        await Storage.ReadStateAsync(name, grain is null ? Grain : GrainId.Create("metrics", grain), state);
        return state;
    }

    public async Task<GrainState<List<int>>> Write(int value, GrainState<List<int>>? over = null, string name = "window", string? grain = null)
    {
        var state = over ?? new();
        state.State = [value];
        await Storage.WriteStateAsync(name, grain is null ? Grain : GrainId.Create("metrics", grain), state);
        return state;
    }

    public Task Clear(GrainState<List<int>> state) => Storage.ClearStateAsync("window", Grain, state);

    public void Dispose() => orleans.Dispose();
}
