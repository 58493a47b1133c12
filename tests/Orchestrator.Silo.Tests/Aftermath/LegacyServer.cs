using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Silo.Tests.Aftermath;

/// <summary>The legacy system as probes see it: answers as the test says, or not at all until it is let.</summary>
internal sealed class LegacyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Probe> _probes = new();

    private LegacyServer(WebApplication app) => _app = app;

    public Probe Health => At("/health");

    public Probe Sessions => At("/sessions");

    public static async Task<LegacyServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new LegacyServer(builder.Build());
        server._app.Run(http => server.At(http.Request.Path.Value!).Answer(http));
        await server._app.StartAsync();
        return server;
    }

    public string Address(string path) => _app.Urls.Single() + path;

    public async ValueTask DisposeAsync()
    {
        foreach (var probe in _probes.Values)
        {
            probe.Release();
        }

        await _app.DisposeAsync();
    }

    private Probe At(string path) => _probes.GetOrAdd(path, _ => new Probe());

    internal sealed class Probe
    {
        private readonly SemaphoreSlim _asked = new(0);
        private volatile TaskCompletionSource? _held;
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public int Status { get; set; } = 200;

        /// <summary>From now on it takes requests and answers none.</summary>
        public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release()
        {
            var held = _held;
            _held = null;
            held?.TrySetResult();
        }

        /// <summary>Completes with the next request, also with one that came before.</summary>
        public async Task Asked() => Assert.True(await _asked.WaitAsync(SiloHost.Patience), "The probe was not asked.");

        public async Task Answer(HttpContext http)
        {
            Interlocked.Increment(ref _calls);
            _asked.Release();
            if (_held is { } held)
            {
                await held.Task.WaitAsync(http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }

            http.Response.StatusCode = Status;
        }
    }
}
