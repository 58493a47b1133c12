using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.World;
using Orchestrator.Silo.Tests;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Dashboard.Tests.History;

/// <summary>
/// A recorded history that happens again, event by event, each at its own time, before a node that shows it. It is an evaluation node:
/// it has no grains, so nothing judges the rollout a second time, and its pages show only what the log has.
/// </summary>
internal sealed class Replay : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "Histories");
    private readonly MovedTime _time;
    private readonly Reader _reader;
    private readonly Queue<JsonElement> _ahead;

    private Replay(SiloHost node, MovedTime time, IEnumerable<JsonElement> events)
    {
        (Node, _time, _ahead) = (node, time, new Queue<JsonElement>(events));
        _reader = Reader.With(node, SiloHost.AdminKey);
        Id = _ahead.Peek().GetProperty("stream").GetString()![RolloutEvents.Prefix.Length..];
        Last = _ahead.Count;
    }

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.ndjson").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public SiloHost Node { get; }

    /// <summary>Id of the rollout.</summary>
    public string Id { get; }

    /// <summary>Version of the last event.</summary>
    public int Last { get; }

    /// <summary>True while an event is left.</summary>
    public bool Goes => _ahead.Count > 0;

    /// <summary>
    /// True when the last event ended its decision: the events of one are appended at once, and none is live without the others.
    /// </summary>
    public bool Decided => _ahead.Count == 0 || _ahead.Peek().GetProperty("at").GetDateTimeOffset() > _time.GetUtcNow();

    /// <summary>A node on an empty log, before the first event.</summary>
    public static async Task<Replay> Of(string file, ClusterDatabase database)
    {
        string[] settings = ["--Orchestrator:Cluster:Drain=0s", .. await database.New()];

        // A silo makes the key and is gone: one that runs would add events of its own.
        await using (await SiloHost.Start(settings: settings))
        {
        }

        var time = new MovedTime();
        return new Replay(
            await SiloHost.Start(time: time, settings: [.. settings, "--Orchestrator:Role=evaluation"]), time,
            File.ReadLines(Path.Combine(Folder, $"{file}.ndjson")).Select(line => JsonElement.Parse(line)));
    }

    /// <summary>The next event happens, and the node has read it.</summary>
    public async Task<long> Next()
    {
        var json = _ahead.Dequeue();
        var (at, version) = (json.GetProperty("at").GetDateTimeOffset(), json.GetProperty("version").GetInt64());
        var type = RolloutEvents.Catalog.Names.Single(name => name.Public == json.GetProperty("type").GetString()).Stored;
        _time.Now = at;
        var appended = await Node.Services.GetRequiredService<IEventLog>().Append(
            RolloutEvents.Stream(Id), version - 1,
            [
                new NewEvent(
                    json.GetProperty("id").GetGuid(), type, json.GetProperty("schema").GetInt32(),
                    Encoding.UTF8.GetBytes(json.GetProperty("data").GetRawText())),
            ],
            new AppendMetadata(at, json.GetProperty("actor").Deserialize<Actor>(EventCatalog<RolloutEvent>.Json)!, $"recorded-{version}"));
        var events = Assert.IsType<AppendOutcome.Appended>(appended).Events;
        Assert.True(await Node.Services.GetRequiredService<IWorld>().WaitFor(events[^1].Position, SiloHost.Patience));
        return version;
    }

    /// <summary>All events up to this version happen.</summary>
    public async Task Until(long version)
    {
        while (await Next() < version)
        {
        }
    }

    public Task<Leaf> Page(string path) => _reader.Open(path);

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await Node.DisposeAsync();
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no Orchestrator.sln above the tests");
        }

        return folder;
    }

    /// <summary>
    /// Clocks that the test sets, over months at once, and timers of the system: timers of a driven time would all fire for each of
    /// these months.
    /// </summary>
    private sealed class MovedTime : FakeTimeProvider
    {
        private long _ticks = new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero).Ticks;

        public DateTimeOffset Now
        {
            set => Interlocked.Exchange(ref _ticks, value.UtcTicks);
        }

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            TimeProvider.System.CreateTimer(callback, state, dueTime, period);
    }
}
