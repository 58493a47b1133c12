using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Sqlite;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orchestrator.Storage.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : IAsyncDisposable
{
    private static readonly GrainId Grain = GrainId.Create("metrics", "rollout/größe 🚦");

    private readonly Folder folder = new();
    private readonly ServiceProvider orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private SqliteStore store;
    private SqliteGrainStorage states;

    public SqliteGrainStorageTests() => (store, states) = Open();

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await orleans.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_state_that_never_was_reads_as_new()
    {
        var state = new GrainState<Window>(new Window { Sum = 7 }, "stale") { RecordExists = true };
        await states.ReadStateAsync("window", Grain, state);

        Assert.Equal((0, null, false), (state.State!.Sum, state.ETag, state.RecordExists));
    }

    [Fact]
    public async Task A_state_comes_back_as_written_even_after_a_reopening()
    {
        var state = new GrainState<Window>(new Window { Sum = 1.5, Bound = double.PositiveInfinity, Names = ["größe", "🚦"] });
        await states.WriteStateAsync("window", Grain, state);
        state.State!.Sum = 2.5;
        await states.WriteStateAsync("window", Grain, state);

        await store.DisposeAsync();
        (store, states) = Open();
        var read = await Read("window");

        Assert.Equal((2.5, double.PositiveInfinity, state.ETag, true), (read.State!.Sum, read.State!.Bound, read.ETag, read.RecordExists));
        Assert.Equal(["größe", "🚦"], read.State!.Names);
    }

    [Fact]
    public async Task States_of_other_names_and_grains_are_apart()
    {
        await states.WriteStateAsync("window", Grain, new GrainState<Window>(new Window { Sum = 1 }));
        await states.WriteStateAsync("cursor", Grain, new GrainState<Window>(new Window { Sum = 2 }));

        var elsewhere = new GrainState<Window>();
        await states.ReadStateAsync("window", GrainId.Create("metrics", "other"), elsewhere);

        Assert.Equal((1, 2, false), ((await Read("window")).State!.Sum, (await Read("cursor")).State!.Sum, elsewhere.RecordExists));
    }

    [Fact]
    public async Task A_write_or_clear_over_a_state_that_moved_on_is_refused_and_changes_nothing()
    {
        await states.WriteStateAsync("window", Grain, new GrainState<Window>(new Window { Sum = 1 }));
        var stale = await Read("window");
        var fresh = await Read("window");
        fresh.State!.Sum = 2;
        await states.WriteStateAsync("window", Grain, fresh);

        var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => states.WriteStateAsync("window", Grain, stale));
        Assert.Equal((fresh.ETag, stale.ETag), (refused.StoredEtag, refused.CurrentEtag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.ClearStateAsync("window", Grain, stale));
        Assert.Equal(2, (await Read("window")).State!.Sum);
    }

    [Fact]
    public async Task A_first_write_over_an_existing_state_is_refused()
    {
        await states.WriteStateAsync("window", Grain, new GrainState<Window>(new Window { Sum = 1 }));

        await Assert.ThrowsAsync<InconsistentStateException>(() => states.WriteStateAsync("window", Grain, new GrainState<Window>(new Window { Sum = 2 })));
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.ClearStateAsync("window", Grain, new GrainState<Window>(new Window())));
    }

    [Fact]
    public async Task A_cleared_state_is_gone_can_be_written_anew_and_an_old_tag_does_not_fit_it()
    {
        var state = new GrainState<Window>(new Window { Sum = 1 });
        await states.WriteStateAsync("window", Grain, state);
        var old = await Read("window");

        await states.ClearStateAsync("window", Grain, state);
        Assert.Equal((0, null, false), (state.State!.Sum, state.ETag, state.RecordExists));
        Assert.False((await Read("window")).RecordExists);
        await states.ClearStateAsync("window", Grain, state);

        await states.WriteStateAsync("window", Grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => states.WriteStateAsync("window", Grain, old));
    }

    private (SqliteStore Store, SqliteGrainStorage States) Open()
    {
        var opened = SqliteStore.Open(folder.Path, NullLogger.Instance);
        return (opened, new SqliteGrainStorage(opened, orleans.GetRequiredService<IActivatorProvider>()));
    }

    private async Task<GrainState<Window>> Read(string name)
    {
        var state = new GrainState<Window>();
        await states.ReadStateAsync(name, Grain, state);
        return state;
    }

    public sealed class Window
    {
        public double Sum { get; set; }

        public double Bound { get; set; }

        public string[] Names { get; set; } = [];
    }
}
