using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>A target that shows what a test writes, or fails to be scraped.</summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile string? _text = "";
    private TaskCompletionSource _scraped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ScriptedService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<ScriptedService> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new ScriptedService(builder.Build());
        service._app.MapGet("/metrics", service.Show);
        await service._app.StartAsync();
        return service;
    }

    /// <summary>Shows a text from now on; null lets every scrape fail.</summary>
    public void Show(string? text) => _text = text;

    /// <summary>Ends when that many scrapes have come from now on.</summary>
    public async Task Scrapes(int count)
    {
        for (; count > 0; count--)
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _scraped, next);
            await next.Task.WaitAsync(SiloHost.Patience);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Show(HttpContext http)
    {
        var text = _text;
        http.Response.StatusCode = text is null ? 503 : 200;
        await http.Response.WriteAsync(text ?? "");
        Volatile.Read(ref _scraped).TrySetResult();
    }
}
