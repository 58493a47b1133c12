using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>A service with the client: its own host, a real silo, and a wire that the test can cut.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly IHost _host;

    private Service(IHost host, Wire wire) => (_host, Wire) = (host, wire);

    public Wire Wire { get; }

    public IServiceProvider Services => _host.Services;

    public IRolloutRouter Router => _host.Services.GetRequiredService<IRolloutRouter>();

    /// <summary>Starts it, with a new key for production, and waits for its table.</summary>
    /// <param name="silo">Where the orchestrator is.</param>
    /// <param name="time">Time of the service; null is the system's.</param>
    /// <param name="configure">More options.</param>
    /// <param name="also">More services.</param>
    public static async Task<Service> Start(
        SiloHost silo, TimeProvider? time = null, Action<OrchestratorOptions>? configure = null, Action<IServiceCollection>? also = null)
    {
        var key = (await silo.NewKey("evaluation", "production")).Text;
        var service = await Start(silo.Address, key, new Wire(), time, configure, also);
        Assert.True(await service.Router.WaitUntilReadyAsync(SiloHost.Patience));
        await Eventually.Until(() => !service.Router.Status.Stale);
        return service;
    }

    public static async Task<Service> Start(
        Uri address, string key, Wire wire, TimeProvider? time = null, Action<OrchestratorOptions>? configure = null,
        Action<IServiceCollection>? also = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddOrchestrator(options =>
        {
            (options.Url, options.Key, options.Handler, options.StartWait) = (address, key, () => wire, TimeSpan.Zero);
            configure?.Invoke(options);
        });
        also?.Invoke(builder.Services);
        var service = new Service(builder.Build(), wire);
        await service._host.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>The way to the orchestrator. Cut, nothing gets through that was not under way.</summary>
internal sealed class Wire() : DelegatingHandler(new SocketsHttpHandler())
{
    private volatile bool _cut;
    private int _tables;
    private int _atOnce;
    private int _most;

    public bool Cut
    {
        get => _cut;
        set => _cut = value;
    }

    /// <summary>Change to a table on its way; null leaves it alone.</summary>
    public volatile Func<Uri, byte[], byte[]>? OnTable;

    /// <summary>Questions for the table that were sent.</summary>
    public int Tables => Volatile.Read(ref _tables);

    /// <summary>Most of them that were under way at once.</summary>
    public int Most => Volatile.Read(ref _most);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_cut)
        {
            throw new HttpRequestException("the wire is cut");
        }

        if (request.RequestUri!.AbsolutePath != "/sdk/v1/table")
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Interlocked.Increment(ref _tables);
        _most = Math.Max(Interlocked.Increment(ref _atOnce), _most);
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (OnTable is { } change && answer.IsSuccessStatusCode)
            {
                answer.Content =
                    new ByteArrayContent(change(request.RequestUri, await answer.Content.ReadAsByteArrayAsync(cancellationToken)));
            }

            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }
}

/// <summary>Calls of operators.</summary>
internal static class Operators
{
    /// <summary>A rollout r1 of one phase, started in production.</summary>
    public static async Task Begin(this SiloHost silo, string step, string onStale = "legacy", string segments = "{}", string more = "")
    {
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            $$"""
            plan: checkout
            title: The new checkout
            flag: useNewCheckout
            onStale: {{onStale}}
            segments: {{segments}}
            metrics: { error_rate: { ratio: errors / requests } }
            phases: [ { name: all, steps: [ {{step}} ] } ]
            {{more}}
            """, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
    }

    /// <summary>Everyone on new, with a trigger that looks at errors.</summary>
    public static async Task Guarded(this SiloHost silo, string metric = "error_rate: { ratio: errors / requests }", string when = "error_rate > 20%", string more = "")
    {
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(
            $$"""
            plan: checkout
            title: The new checkout
            flag: useNewCheckout
            metrics: { {{metric}} }
            triggers: [ { name: errors, when: {{when}}, action: rollback } ]
            phases: [ { name: all, steps: [ { percentage: 100%, hold: 1h } ] } ]
            {{more}}
            """, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
    }

    public static Task RollBack(this SiloHost silo) => silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "it hurts" }).Json();
}
