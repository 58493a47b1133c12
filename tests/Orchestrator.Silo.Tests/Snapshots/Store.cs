using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>A store with a log and snapshots, without a silo.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    private Store(ServiceProvider provider)
    {
        _provider = provider;
        Log = provider.GetRequiredService<IEventLog>();
        Files = provider.GetRequiredService<ISnapshotStore>();
        Snapshots = new WorldSnapshots(Files, Log, Lines);
        Finished = new FinishedStates(Log);
        Past = new PastWorlds(Snapshots, Finished, Log, Node);
        Writer = new SnapshotWriter(
            Files, Snapshots, Finished, new SnapshotSlot(), Log, new LogHeadSignal(), new SnapshotSettings(First: 1, LogShare: 1000),
            NullLogger<SnapshotWriter>.Instance);
    }

    public IEventLog Log { get; }

    public ISnapshotStore Files { get; }

    public WorldSnapshots Snapshots { get; }

    public FinishedStates Finished { get; }

    public PastWorlds Past { get; }

    public ReadSoFar Node { get; } = new();

    /// <summary>Finds a snapshot due at every position.</summary>
    public SnapshotWriter Writer { get; }

    /// <summary>Log lines about snapshots.</summary>
    public LogLines Lines { get; } = new();

    public static Store Open(Action<IServiceCollection> storage)
    {
        var services = new ServiceCollection();
        storage(services);
        return new Store(services.BuildServiceProvider());
    }

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        await _provider.DisposeAsync();
    }

    /// <summary>A node that has read so much of the log.</summary>
    public sealed class ReadSoFar : IWorld
    {
        public World Current { get; set; } = World.Empty;

        public bool CaughtUp => true;

        public Task<bool> WaitFor(long position, TimeSpan limit, CancellationToken stop = default) => Task.FromResult(true);
    }

    public sealed class LogLines : ILogger<WorldSnapshots>
    {
        private readonly List<string> _all = [];

        public IReadOnlyList<string> All => _all;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Add(formatter(state, exception));
    }
}
