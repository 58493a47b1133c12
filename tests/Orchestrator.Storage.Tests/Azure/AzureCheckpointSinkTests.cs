using System.Collections.Immutable;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Grains.Log;
using Orchestrator.Storage.Azure;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>Checkpoints in a real container.</summary>
public sealed class AzureCheckpointSinkTests(Azurite azurite) : IClassFixture<Azurite>
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _container = "checkpoints-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Each_checkpoint_is_a_blob_and_the_newest_is_that_of_the_latest_timeline()
    {
        var sink = Sink();
        Assert.Null(await sink.Newest(CancellationToken.None));
        CheckpointFile[] files = [File(1, 9), File(1, 10), File(1, 200), File(1_772_000_000, 3)];
        foreach (var file in files)
        {
            await sink.Put(file, CancellationToken.None);
        }

        // By this process and by one that starts: as text 200 comes before 9.
        foreach (var one in (AzureCheckpointSink[])[sink, Sink()])
        {
            var newest = await one.Newest(CancellationToken.None);
            Assert.Equal(files[3].Signature, newest!.Signature);
            Assert.True(newest.SignedBy(_key));
        }

        Assert.Equal(4, await Client().GetBlobsAsync().CountAsync());
    }

    [Fact]
    public async Task A_blob_that_is_there_is_never_replaced()
    {
        var file = File(1, 9);
        await Sink().Put(file, CancellationToken.None);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Sink().Put(file, CancellationToken.None));

        Assert.Equal(1, await Client().GetBlobsAsync().CountAsync());
    }

    [Fact]
    public async Task A_blob_that_is_no_checkpoint_is_told_and_not_taken_for_none()
    {
        await Client().CreateAsync();
        await Client().UploadBlobAsync("000000000001/1.json", BinaryData.FromString("{ half"));

        await Assert.ThrowsAsync<InvalidDataException>(() => Sink().Newest(CancellationToken.None));
    }

    private BlobContainerClient Client() => new(azurite.ConnectionString(), _container);

    private AzureCheckpointSink Sink() => new(azurite.Settings().Blobs().GetBlobContainerClient(_container));

    private CheckpointFile File(long timeline, long position) => CheckpointFile.Sign(
        new Checkpoint(
            timeline, position, Some.Noon, ImmutableSortedDictionary<string, Tail>.Empty.Add("access", new Tail(1, new string('a', 64)))), _key);
}
