using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Contracts;

/// <summary>The promises of every store of grain state. One class per implementation derives from it.</summary>
public abstract class GrainStorageContract : IAsyncLifetime
{
    // Never the same twice: stores may hold states of other tests.
    private readonly GrainId _grain = GrainId.Create("metrics", "rollout/größe 🚦 " + Guid.NewGuid().ToString("N"));
    private readonly ServiceProvider _orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private IGrainStorage _states = null!;

    public async ValueTask InitializeAsync() => _states = await Open(_orleans.GetRequiredService<IActivatorProvider>());

    public async ValueTask DisposeAsync()
    {
        await Close();
        await _orleans.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Bytes of a large state that the store holds.</summary>
    protected virtual int LargeState => 2 << 20;

    /// <summary>Opens the store, again as a new process would when it was open before.</summary>
    protected abstract Task<IGrainStorage> Open(IActivatorProvider activators);

    /// <summary>Closes it; nothing is left behind.</summary>
    protected abstract ValueTask Close();

    [Fact]
    public async Task A_state_that_never_was_reads_as_new()
    {
        var state = new GrainState<Window>(new Window { Sum = 7 }, "stale") { RecordExists = true };
        await _states.ReadStateAsync("window", _grain, state);

        Assert.Equal((0, null, false), (state.State!.Sum, state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task An_array_that_never_was_reads_as_none()
    {
        var state = new GrainState<byte[]>([1], "stale");
        await _states.ReadStateAsync("chunk", _grain, state);

        Assert.Null(state.State);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task A_state_comes_back_as_written_even_after_a_reopening()
    {
        var state = new GrainState<Window>(new Window { Sum = 1.5, Bound = double.PositiveInfinity, Names = ["größe", "🚦", "\0"] });
        await _states.WriteStateAsync("window", _grain, state);
        state.State!.Sum = 2.5;
        await _states.WriteStateAsync("window", _grain, state);
        Assert.True(state.RecordExists);

        _states = await Open(_orleans.GetRequiredService<IActivatorProvider>());
        var read = await Read("window");

        Assert.Equal((2.5, double.PositiveInfinity, state.ETag, true), (read.State!.Sum, read.State!.Bound, read.ETag, read.RecordExists));
        Assert.Equal(["größe", "🚦", "\0"], read.State!.Names);
    }

    [Fact]
    public async Task A_large_state_comes_back_whole()
    {
        var bytes = new byte[LargeState];
        new Random(7).NextBytes(bytes);
        await _states.WriteStateAsync("chunk", _grain, new GrainState<byte[]>(bytes));

        var read = new GrainState<byte[]>();
        await _states.ReadStateAsync("chunk", _grain, read);

        Assert.Equal(bytes, read.State);
    }

    [Fact]
    public async Task States_of_other_names_and_grains_are_apart()
    {
        await _states.WriteStateAsync("window", _grain, new GrainState<Window>(new Window { Sum = 1 }));
        await _states.WriteStateAsync("cursor", _grain, new GrainState<Window>(new Window { Sum = 2 }));

        var elsewhere = new GrainState<Window>();
        await _states.ReadStateAsync("window", GrainId.Create("metrics", "other"), elsewhere);

        Assert.Equal((1, 2, false), ((await Read("window")).State!.Sum, (await Read("cursor")).State!.Sum, elsewhere.RecordExists));
    }

    [Fact]
    public async Task A_write_or_clear_over_a_state_that_moved_on_is_refused_and_changes_nothing()
    {
        await _states.WriteStateAsync("window", _grain, new GrainState<Window>(new Window { Sum = 1 }));
        var stale = await Read("window");
        var fresh = await Read("window");
        fresh.State!.Sum = 2;
        await _states.WriteStateAsync("window", _grain, fresh);
        stale.State!.Sum = 3;

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => _states.WriteStateAsync("window", _grain, stale));
        Assert.Equal(stale.ETag, refused.CurrentEtag);
        Assert.NotEqual(stale.ETag, refused.StoredEtag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _states.ClearStateAsync("window", _grain, stale));
        Assert.Equal(2, (await Read("window")).State!.Sum);
    }

    [Fact]
    public async Task A_first_write_over_an_existing_state_is_refused()
    {
        await _states.WriteStateAsync("window", _grain, new GrainState<Window>(new Window { Sum = 1 }));

        await Assert.ThrowsAsync<InconsistentStateException>(
            () => _states.WriteStateAsync("window", _grain, new GrainState<Window>(new Window { Sum = 2 })));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => _states.ClearStateAsync("window", _grain, new GrainState<Window>(new Window())));
        Assert.Equal(1, (await Read("window")).State!.Sum);
    }

    [Fact]
    public async Task Of_many_writers_over_one_tag_exactly_one_wins()
    {
        foreach (var known in new[] { false, true })
        {
            var writers = Enumerable.Range(1, 8).Select(i => new GrainState<Window>()).ToArray();
            if (known)
            {
                foreach (var writer in writers)
                {
                    await _states.ReadStateAsync("window", _grain, writer);
                }
            }

            var won = await Task.WhenAll(writers.Select((writer, i) => Task.Run(async () =>
            {
                writer.State = new Window { Sum = i };
                try
                {
                    await _states.WriteStateAsync("window", _grain, writer);
                    return true;
                }
                catch (InconsistentStateException)
                {
                    return false;
                }
            })));

            Assert.Single(won, w => w);
            Assert.Equal(Array.IndexOf(won, true), (await Read("window")).State!.Sum);
        }
    }

    [Fact]
    public async Task A_cleared_state_is_gone_can_be_written_again_and_an_old_tag_does_not_fit_it()
    {
        var state = new GrainState<Window>(new Window { Sum = 1 });
        await _states.WriteStateAsync("window", _grain, state);
        var old = await Read("window");

        await _states.ClearStateAsync("window", _grain, state);
        Assert.Equal((0, null, false), (state.State!.Sum, state.ETag, state.RecordExists));
        Assert.False((await Read("window")).RecordExists);
        await _states.ClearStateAsync("window", _grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _states.WriteStateAsync("window", _grain, old));

        await _states.WriteStateAsync("window", _grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _states.WriteStateAsync("window", _grain, old));
    }

    private async Task<GrainState<Window>> Read(string name)
    {
        var state = new GrainState<Window>();
        await _states.ReadStateAsync(name, _grain, state);
        return state;
    }

    public sealed class Window
    {
        public double Sum { get; set; }

        public double Bound { get; set; }

        public string[] Names { get; set; } = [];
    }
}
