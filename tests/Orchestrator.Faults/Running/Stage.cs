using System.Net;
using Orchestrator.Faults.Checking;
using Orchestrator.Faults.Processes;
using Orchestrator.Faults.Recording;

namespace Orchestrator.Faults.Running;

/// <summary>A cluster with its observers, on which a scenario plays.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly string[] ToldOf = ["PhaseStarted", "RolledBack", "RolloutRestored"];

    private readonly List<Feed> _feeds = [];
    private readonly List<string> _rollouts = [];
    private readonly Receiver _receiver;

    private readonly string _folder;

    private Stage(Cluster cluster, Recorder recorder, Receiver receiver, string folder)
    {
        (Cluster, Recorder, _receiver, _folder) = (cluster, recorder, receiver, folder);
        Api = new Operator(recorder, () => cluster.Silos is { Count: > 0 } silos ? silos : cluster.Nodes);
    }

    public Cluster Cluster { get; }

    public Recorder Recorder { get; }

    public Operator Api { get; }

    public string Webhook => _receiver.Address;

    public static async Task<Stage> Set(Layout layout, string folder, TextWriter narration)
    {
        Directory.CreateDirectory(folder);
        var recorder = new Recorder(Path.Combine(folder, "recording.ndjson"), narration);
        var cluster = await Cluster.Start(layout, folder);
        var stage = new Stage(cluster, recorder, await Receiver.Start(recorder, cluster.Outside ?? IPAddress.Loopback), folder);
        recorder.Say($"{cluster.Silos.Count} silos and {cluster.Evaluations.Count} evaluation nodes are ready, lease {layout.Lease.TotalSeconds:0} s");
        stage._feeds.AddRange(cluster.Nodes.Select(node => new Feed(recorder, node, 0)));
        return stage;
    }

    /// <summary>Creates a rollout whose plan and flag have its name, and starts it. Returns when every node has it in its table.</summary>
    public async Task Rollout(string name, string plan)
    {
        await Api.Put($"/api/v1/plans/{name}", plan, "application/yaml", 200, 201);
        await Api.Must(name, "create");
        _rollouts.Add(name);
        Recorder.Note(new Entry.Expected(Recorder.Now, name, ToldOf));
        var started = await Api.Must(name, "start");
        await EveryNode(async node => (await Api.Get(node, $"/api/v1/rollouts/{name}")).GetProperty("version").GetInt64() >= started.Version, $"knows rollout {name}");
    }

    /// <summary>
    /// Starts a service with the .NET client that knows of this node only; it must answer `new` to a user before any fault.
    /// </summary>
    public async Task<ClientService> Service(string name, Node to)
    {
        var service = await ClientService.Start(name, _folder, to);
        Recorder.Say($"{service.Node.Process} is a service with the .NET client, at {to.Process}");
        await using var load = new Load(Recorder, [service.Node], [name], 50);
        await New(service, 0, TimeSpan.FromSeconds(30));
        return service;
    }

    /// <summary>Waits until a service answered `new` to a request sent after a moment.</summary>
    public Task<TimeSpan> New(ClientService service, double after, TimeSpan patience) => Waiting.Until(
        () => Task.FromResult(
            Recorder.SoFar<Entry.Answered>(a => a.Node == service.Node.Process && a.Variant == "new" && a.Asked > after).Length > 0),
        $"{service.Node.Process} answers new", patience);

    /// <summary>Sends requests to all nodes, at a rate in total, until it is disposed.</summary>
    public Load Ask(int rate, params string[] flags) => new(Recorder, Cluster.Nodes, flags, rate);

    /// <summary>Waits until lease + 1 s is over, and some more, so that answers after it are recorded.</summary>
    public Task Promise() => Task.Delay(Cluster.Layout.Bound + TimeSpan.FromSeconds(1));

    /// <summary>
    /// Waits until every node is ready; returns the time it took. A node that ended itself is restarted, as by a supervisor.
    /// </summary>
    public Task<TimeSpan> AllReady(TimeSpan patience) => Waiting.Until(
        async () => (await Task.WhenAll(Cluster.Nodes.Select(Ready))).All(ready => ready), "every node is ready", patience);

    public async Task<bool> Ready(Node node)
    {
        if (!node.Runs)
        {
            Recorder.Say($"{node.Process} has ended; restarting it");
            try
            {
                await node.Start();
            }
            catch (InvalidOperationException)
            {
                // The other silos may still count it as alive; a supervisor retries.
                return false;
            }
        }

        return await Api.Ready(node);
    }

    /// <summary>Waits until events of that type were streamed; returns the time at which the last of them was first seen.</summary>
    public async Task<double> Events(string rollout, string type, TimeSpan patience, int count = 1)
    {
        double[] seen = [];
        await Waiting.Until(
            () =>
            {
                seen = [.. Recorder.SoFar<Entry.Noticed>(e => e.Type == type && e.Stream == "rollout/" + rollout).GroupBy(e => e.Id)
                    .Select(same => same.Min(e => e.T))];
                return Task.FromResult(seen.Length >= count);
            },
            $"{count} {type} of {rollout}", patience);
        return seen[count - 1];
    }

    /// <summary>Time of the first answer for a flag to a request sent after a moment.</summary>
    public async Task<double> FirstAnswer(string flag, double after, TimeSpan patience)
    {
        var first = 0.0;
        await Waiting.Until(
            () =>
            {
                first = Recorder.SoFar<Entry.Answered>(a => a.Rollout == flag && a.Asked > after).Select(a => a.T).DefaultIfEmpty(0).Min();
                return Task.FromResult(first > 0);
            },
            $"an answer for {flag}", patience);
        return first;
    }

    /// <summary>The silo that appends to a rollout, identified by the bytes of its own connection.</summary>
    public async Task<Node> OwnerOf(string rollout)
    {
        var written = Cluster.Silos.ToDictionary(silo => silo.Database!.Commits.Mentioned("rollout.paused"));
        await Api.Must(rollout, "pause");
        var first = await Task.WhenAny([.. written.Keys, Task.Delay(TimeSpan.FromSeconds(5))]);
        Forget();
        await Api.Must(rollout, "resume");
        return written.GetValueOrDefault(first) ?? throw new ScenarioFailedException($"no silo was seen to write to {rollout}");
    }

    /// <summary>Ends the waits of proxies.</summary>
    public void Forget()
    {
        foreach (var node in Cluster.Nodes)
        {
            node.Database?.Commits.Forget();
        }
    }

    /// <summary>Waits until no work is pending, reads the state of every node, and ends the recording.</summary>
    public async Task<Evidence> Finish()
    {
        await AllReady(TimeSpan.FromSeconds(60));
        await Quiet();
        await StopFeeds();
        var inspection =
            new Inspection(Recorder, Api, Recorder.SoFar<Entry.Noticed>(_ => true).Select(e => e.Position).DefaultIfEmpty(0).Max());
        foreach (var node in Cluster.Nodes)
        {
            await Reachable(node, () => inspection.Read(node, _rollouts));
        }

        return new Evidence(await Recorder.Finish());
    }

    public async ValueTask DisposeAsync()
    {
        await StopFeeds();
        Api.Dispose();
        await Cluster.DisposeAsync();
        await _receiver.DisposeAsync();
        await Recorder.DisposeAsync();
    }

    /// <summary>
    /// Runs an action that needs a node. A silo that learns late that its cluster declared it dead ends itself: it is restarted once, as by
    /// a supervisor.
    /// </summary>
    private async Task Reachable(Node node, Func<Task> ask)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await ask();
                return;
            }
            catch (Exception e) when (tries < 3 && e is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError }
                or IOException or OperationCanceledException)
            {
                Recorder.Say($"{node.Process} cannot be reached: {e.Message}");
                await AllReady(TimeSpan.FromSeconds(60));
            }
        }
    }

    private async Task StopFeeds()
    {
        foreach (var feed in _feeds)
        {
            await feed.DisposeAsync();
        }

        _feeds.Clear();
    }

    /// <summary>Waits until no events are pending: every feed is as far as the furthest, and no notification waits.</summary>
    private async Task Quiet()
    {
        await Waiting.Until(
            async () =>
            {
                var queue = await Api.Get(Cluster.Nodes[0], "/api/v1/notifications?state=pending&limit=1");
                return queue.GetProperty("notifications").GetArrayLength() == 0 && _feeds.Select(feed => feed.Last).Distinct().Count() == 1;
            },
            "all streams are equally far and no notification waits", TimeSpan.FromSeconds(90));
    }

    private Task EveryNode(Func<Node, Task<bool>> knows, string what) =>
        Waiting.Until(async () => (await Task.WhenAll(Cluster.Nodes.Select(knows))).All(known => known), $"every node {what}", TimeSpan.FromSeconds(30));
}
