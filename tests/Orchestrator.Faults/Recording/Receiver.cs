using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using System.Net;

namespace Orchestrator.Faults.Recording;

/// <summary>Receiver of a channel: accepts notifications and records them.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Recorder _recorder;

    private Receiver(WebApplication app, Recorder recorder) => (_app, _recorder) = (app, recorder);

    public string Address => _app.Urls.Single() + "/hook";

    public static async Task<Receiver> Start(Recorder recorder, IPAddress address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{address}:0");
        var receiver = new Receiver(builder.Build(), recorder);
        receiver._app.Run(receiver.Take);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var data = body.RootElement.GetProperty("data");
        var told = data.GetProperty("event");
        _recorder.Note(new Entry.Told(
            _recorder.Now, http.Request.Headers["webhook-id"].ToString(), told.GetProperty("id").GetString()!, told.GetProperty("type").GetString()!,
            data.GetProperty("rollout").GetString()!, data.TryGetProperty("escalated", out var escalated) && escalated.ValueKind == JsonValueKind.True));
    }
}
