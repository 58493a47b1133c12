using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>A real endpoint on loopback that takes what channels are told, well or badly.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile bool _hangs;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>The status it answers with.</summary>
    public volatile int Status = 200;

    /// <summary>The body it answers with.</summary>
    public volatile string Answer = "";

    /// <summary>While true an answer waits for <see cref="Release"/>.</summary>
    public bool Hangs { get => _hangs; set => _hangs = value; }

    public string Address { get; private set; } = "";

    /// <summary>Ids that were answered with success, in order of arrival.</summary>
    public IEnumerable<string> Taken => Calls.Where(c => c.Status is >= 200 and < 300).Select(c => c.Id);

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.Take);
        await receiver._app.StartAsync();
        receiver.Address = receiver._app.Urls.Single() + "/hook";
        return receiver;
    }

    public void Release() => _released.TrySetResult();

    /// <summary>Waits until so many calls came, or more; what came is in the message when they do not.</summary>
    public Task Heard(int count) => Until(() => Calls.Count >= count, $"{count} calls");

    /// <summary>Waits until it was told of an event of that type.</summary>
    public Task HeardOf(string type) => Until(() => Calls.Any(c => c.Data.GetProperty("event").GetProperty("type").GetString() == type), type);

    private Task Until(Func<bool> heard, string what) => Eventually.Until(
        what, () => Task.FromResult(Calls.ToArray()), _ => heard(),
        calls => $"{calls.Length} calls came: {string.Join(" | ", calls.Select(call => call.Body))}");

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var status = Status;
        Calls.Enqueue(new Call(
            http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(), http.Request.Headers["webhook-signature"].ToString(),
            body, Hangs ? 0 : status));
        if (Hangs)
        {
            await Task.WhenAny(_released.Task, Task.Delay(Timeout.Infinite, http.RequestAborted));
        }

        http.Response.StatusCode = status;
        if (status is >= 300 and < 400)
        {
            http.Response.Headers.Location = "/elsewhere";
        }

        await http.Response.WriteAsync(Answer);
    }

    /// <summary>Requests received; status 0 was never answered.</summary>
    internal sealed record Call(string Id, string Timestamp, string Signature, string Body, int Status)
    {
        public JsonElement Data => JsonDocument.Parse(Body).RootElement.GetProperty("data");

        /// <summary>Verifies as a receiver by Standard Webhooks does, with nothing of ours.</summary>
        public bool IsSignedBy(byte[] key, DateTimeOffset now)
        {
            using var hmac = new HMACSHA256(key);
            var expected = "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(Id + "." + Timestamp + "." + Body)));
            return Signature.Split(' ').Contains(expected) && Math.Abs(now.ToUnixTimeSeconds() - long.Parse(Timestamp)) < 300;
        }
    }
}
