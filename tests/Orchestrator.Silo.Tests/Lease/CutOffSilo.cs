using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Silo.Tests.Lease;

/// <summary>
/// A real silo with everyone on new, whose readings of the log's head pass through the test's hands, on clocks of the test. All else it
/// reads from its store as always.
/// </summary>
internal sealed class CutOffSilo : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly Head _head = new();
    private readonly Guards _guards = new();

    private CutOffSilo()
    {
    }

    public SiloHost Silo { get; private set; } = null!;

    public TwoClocks Clocks { get; } = new();

    public NodeLease Node => Silo.Services.GetRequiredService<NodeLease>();

    /// <summary>Change to each reading of the head.</summary>
    public Func<LogHead, LogHead> Reading
    {
        set => _head.Reading = value;
    }

    /// <summary>True when guards are renewed as they should be.</summary>
    public bool Guarded
    {
        set => _guards.Kept = value;
    }

    public static async Task<CutOffSilo> Start(bool holdsGrains = true)
    {
        var cut = new CutOffSilo();
        cut.Silo = await SiloHost.StartWith(services =>
        {
            services.AddSingleton(new LeaseSettings(Lease, cut.Clocks, holdsGrains));
            var (head, guards) = (Real<ILogHead>(services), Real<IGuardStore>(services));
            services.AddSingleton<ILogHead>(provider => cut._head.Before(head(provider)));
            services.AddSingleton<IGuardStore>(provider => cut._guards.Before(guards(provider)));
        });
        await cut.Silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            """
            plan: checkout
            title: The new checkout
            flag: useNewCheckout
            onStale: legacy
            metrics: { error_rate: { ratio: errors / requests } }
            phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ] } ]
            """, "application/yaml")).Json(201);
        await cut.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await cut.Silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        cut.Node.Read();
        cut._client = await cut.Silo.NewClient("evaluation", "production");
        return cut;
    }

    /// <summary>Variant and reason that OFREP answers a user, or one without a key.</summary>
    public async Task<(string? Variant, string? Reason)> Ask(string? user = null)
    {
        var body = await _client!.PostAsJsonAsync("/ofrep/v1/evaluate/flags/useNewCheckout", new { context = new { targetingKey = user } }).Json();
        return (body.GetProperty("variant").GetString(), body.GetProperty("reason").GetString());
    }

    public async Task<JsonElement> View() => (await Silo.Admin.GetAsync("/api/v1/nodes").Json()).GetProperty("nodes")[0];

    /// <summary>Time passes, with a reading every five seconds.</summary>
    public void Pass(int seconds)
    {
        for (var passed = 0; passed < seconds; passed += 5)
        {
            Clocks.Advance(TimeSpan.FromSeconds(5));
            Node.Read();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Reading = head => head;
        _client?.Dispose();
        await Silo.DisposeAsync();
    }

    private HttpClient? _client;

    /// <summary>The service that the silo would have used.</summary>
    private static Func<IServiceProvider, T> Real<T>(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(T));
        return provider => (T)(real.ImplementationInstance ?? real.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
    }

    private sealed class Head : ILogHead
    {
        private ILogHead? _real;

        public Func<LogHead, LogHead> Reading { get; set; } = head => head;

        public ILogHead Before(ILogHead real)
        {
            _real = real;
            return this;
        }

        public LogHead Read(TimeSpan limit) => Reading(_real!.Read(limit));
    }

    private sealed class Guards : IGuardStore
    {
        private IGuardStore? _real;

        public bool Kept { get; set; } = true;

        public IGuardStore Before(IGuardStore real)
        {
            _real = real;
            return this;
        }

        public Task Renew(IReadOnlyCollection<string> rollouts, CancellationToken stop = default) => _real!.Renew(rollouts, stop);

        public async Task<IReadOnlyDictionary<string, TimeSpan>> Ages(CancellationToken stop = default) =>
            Kept ? await _real!.Ages(stop) : new Dictionary<string, TimeSpan>();
    }
}
