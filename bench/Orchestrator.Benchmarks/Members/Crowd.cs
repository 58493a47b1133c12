using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.Client;
using Orchestrator.PostgreSql;

namespace Orchestrator.Benchmarks.Members;

/// <summary>Duration of a change, in milliseconds from before it was sent.</summary>
internal sealed record Times(double Answered, double Client, double All);

/// <summary>Three silos and an evaluation node on one PostgreSQL with one large segment, and a client of the evaluation node.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const string Flag = "crowded";
    private const int Silos = 3;
    private const int Flags = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Folder _folder = new();
    private readonly List<BenchSilo> _nodes = [];
    private readonly Counter _counter = new();
    private PostgresServer? _database;
    private IHost? _service;

    /// <summary>Bytes of tables sent to the client so far.</summary>
    public long Sent => _counter.Bytes;

    public double CpuSeconds => _nodes.Sum(node => node.Server.CpuSeconds);

    public IEnumerable<double> Megabytes => _nodes.Select(node => node.Server.ResidentMegabytes.Now);

    public static async Task<Crowd> Start()
    {
        var crowd = new Crowd();
        try
        {
            await crowd.Begin();
            return crowd;
        }
        catch
        {
            await crowd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes the members and returns when the request is answered.</summary>
    public Task Change(IEnumerable<string> add, IEnumerable<string> remove) => _nodes[0].ChangeMembers("production", "beta", add, remove);

    /// <summary>Changes the members and waits until all nodes and the client answer by it for one of them.</summary>
    public async Task<Times> Change(IEnumerable<string> add, IEnumerable<string> remove, string user, bool isNew)
    {
        var at = Stopwatch.GetTimestamp();
        async Task<double> After(Task done)
        {
            await done;
            return Stopwatch.GetElapsedTime(at).TotalMilliseconds;
        }

        var (request, client, nodes) = (After(Change(add, remove)), After(Client(user, isNew)), After(Until(user, isNew)));
        var times = await Task.WhenAll(request, client, nodes).WaitAsync(Patience);
        return new Times(times[0], times[1], times.Max());
    }

    /// <summary>Waits until every node answers so for a user.</summary>
    public Task Until(string user, bool isNew) => Task.WhenAll(_nodes.Select(async node =>
    {
        while (await node.IsNew(Flag, user) != isNew)
        {
            await Task.Delay(5);
        }
    })).WaitAsync(Patience);

    /// <summary>Starts the client; the bytes of its first table, and the milliseconds until it answered by it.</summary>
    public async Task<(long Bytes, double After)> Join(string user)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchestrator(options =>
            (options.Url, options.Key, options.Handler, options.StartWait) = (_nodes[^1].Server.Address, BenchSilo.EvaluationKey,
                () => _counter, TimeSpan.Zero));
        _service = builder.Build();
        var at = Stopwatch.GetTimestamp();
        await _service.StartAsync();
        await Client(user, isNew: true).WaitAsync(Patience);
        return (Sent, Stopwatch.GetElapsedTime(at).TotalMilliseconds);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.StopAsync();
            _service.Dispose();
        }

        foreach (var node in Enumerable.Reverse(_nodes))
        {
            await node.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _counter.Dispose();
        _folder.Dispose();
    }

    private async Task Begin()
    {
        _database = await PostgresServer.StartAsync();
        var database = await _database.CreateDatabase();
        string[] settings = ["--Orchestrator:Storage=postgres", $"--ConnectionStrings:Orchestrator={database}"];
        for (var i = 0; i < Silos; i++)
        {
            await Add(settings);
        }

        await Add([.. settings, "--Orchestrator:Role=evaluation"]);
        await _nodes[0].PutPlan(Flag, $$"""
            plan: {{Flag}}
            flag: {{Flag}}
            segments:
              beta: { any: [ { optedIn: true } ] }
            phases:
              - name: all
                flags: { {{string.Join(", ", Enumerable.Range(1, Flags - 1).Select(i => $"flag{i}: true"))}} }
                steps: [ { name: beta, segments: [beta], hold: 1w } ]
            """);
        await _nodes[0].Create($"{Flag}-1", Flag, "production");
        await _nodes[0].Do($"{Flag}-1", "start");
    }

    private async Task Add(string[] settings) =>
        _nodes.Add((await BenchSilo.At(ServerProcess.FreeAddress(), Path.Combine(_folder.Path, $"node-{_nodes.Count}"), core: null, settings)).Silo);

    private async Task Client(string user, bool isNew)
    {
        var router = _service!.Services.GetRequiredService<IRolloutRouter>();
        while (router.Route(Flag, user).IsNew != isNew)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>The connection to the node, with a count of received bytes.</summary>
    private sealed class Counter() : DelegatingHandler(new SocketsHttpHandler())
    {
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            Interlocked.Add(ref _bytes, answer.IsSuccessStatusCode ? answer.Content.Headers.ContentLength ?? 0 : 0);
            return answer;
        }
    }
}
