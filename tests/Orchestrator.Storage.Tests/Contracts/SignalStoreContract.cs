using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Grains.Metrics.Signals;

namespace Orchestrator.Storage.Tests.Contracts;

/// <summary>The promises of every store of signals. One class per implementation derives from it.</summary>
public abstract class SignalStoreContract : IAsyncLifetime
{
    private const long Hour = 3_600_000;

    // Never the same twice: stores may hold signals of other tests.
    private readonly string _rollout = "r" + Guid.NewGuid().ToString("N");
    private ISignalStore _signals = null!;

    public async ValueTask InitializeAsync() => _signals = await Open();

    public async ValueTask DisposeAsync()
    {
        await Close();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<ISignalStore> Open();

    protected abstract ValueTask Close();

    [Fact]
    public async Task Blocks_come_back_in_order_and_none_of_another_rollout()
    {
        await Append(0, 100);
        await _signals.Append(_rollout + "-2", Block(0, Hour));
        Assert.Equal(Enumerable.Range(1, 100).Select(hour => hour * Hour), await Ends(0, 100));
        Assert.Equal(await Bytes(0, 100), await _signals.Bytes(_rollout));
    }

    [Fact]
    public async Task Range_holds_every_block_that_overlaps_it()
    {
        await Append(0, 100);
        var ends = await Ends(40, 50);
        Assert.True(Enumerable.Range(41, 10).All(hour => ends.Contains(hour * Hour)));
        Assert.InRange(ends.Length, 10, 72);
    }

    [Fact]
    public async Task Block_that_ends_days_after_the_range_is_found()
    {
        await Append(0, 2);
        await _signals.Append(_rollout, Block(2 * Hour, 200 * Hour));
        Assert.Contains(200 * Hour, await Ends(3, 4));
    }

    [Fact]
    public async Task Oldest_blocks_go_first_when_too_many_bytes_are_kept()
    {
        await Append(0, 100);
        var most = await _signals.Bytes(_rollout) / 2;
        await _signals.Shrink(_rollout, most);
        Assert.InRange(await _signals.Bytes(_rollout), 1, most);
        var left = await Ends(0, 100);
        Assert.Equal(100 * Hour, left[^1]);
        Assert.DoesNotContain(Hour, left);
    }

    [Fact]
    public async Task Blocks_of_a_clock_that_was_ahead_are_deleted()
    {
        await Append(0, 60);
        await _signals.Rewind(_rollout, 30 * Hour);
        await Append(30, 32);
        Assert.Equal(Enumerable.Range(1, 32).Select(hour => hour * Hour), await Ends(0, 100));
    }

    [Fact]
    public async Task Blocks_beyond_the_retention_are_forgotten()
    {
        await Append(0, 100);
        await _signals.Forget(48 * Hour);
        var left = await Ends(0, 100);
        Assert.DoesNotContain(left, end => end < 24 * Hour);
        Assert.Contains(49 * Hour, left);
    }

    private async Task Append(int from, int to)
    {
        for (var hour = from; hour < to; hour++)
        {
            await _signals.Append(_rollout, Block(hour * Hour, (hour + 1) * Hour));
        }
    }

    private static StoredBlock Block(long from, long to) => new(from, to, SignalCodec.Write(new SignalBlock(from, to, 15_000)));

    private async Task<long[]> Ends(int from, int to) => [.. (await Read(from, to)).Select(block => block.To)];

    private async Task<long> Bytes(int from, int to) => (await Read(from, to)).Sum(block => block.Bytes.Length);

    private async Task<List<StoredBlock>> Read(int from, int to)
    {
        var read = new List<StoredBlock>();
        await foreach (var piece in _signals.Read(_rollout, from * Hour, to * Hour))
        {
            read.AddRange(SignalCodec.Find(piece));
        }

        return read;
    }
}
