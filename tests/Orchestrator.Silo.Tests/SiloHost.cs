using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Orchestrator.Silo.Tests;

/// <summary>
/// The real process, composed as the executable composes it, in this one: real Kestrel on a free port, real store in a folder of
/// its own, orchestrator time driven by the test. <see cref="Restart"/> stops it and starts another on the same folder.
/// </summary>
internal sealed class SiloHost : IAsyncDisposable
{
    public const string AdminKey = "rok_test_c64daa11ca0fbadd2897b2f7efb207e02ef9bfcc98096d0ae12d4f1bbfdef619";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string[] _settings;
    private readonly bool _ownsFolder;
    private readonly string? _adminKey;
    private WebApplication _app = null!;
    private bool _stopped;

    private SiloHost(string folder, bool ownsFolder, string? adminKey, string[] settings) =>
        (Folder, _ownsFolder, _adminKey, _settings) = (folder, ownsFolder, adminKey, settings);

    public string Folder { get; }

    /// <summary>Real time, as the orchestrator's clock sees it.</summary>
    public FakeTimeProvider Time { get; private init; } = new JumpingTime();

    private Action<IServiceCollection>? Also { get; init; }

    /// <summary>Text printed for people.</summary>
    public StringWriter Printed { get; } = new();

    public Uri Address { get; private set; } = null!;

    /// <summary>Speaks as the admin, when the host was started with <see cref="AdminKey"/>.</summary>
    public HttpClient Admin { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    /// <param name="adminKey">Null lets the first start make one.</param>
    /// <param name="folder">Data of another host, which stay; null makes a folder that goes with the host.</param>
    /// <param name="time">Time of another host; null starts its own.</param>
    /// <param name="settings">More of the command line.</param>
    public static async Task<SiloHost> Start(
        string? adminKey = AdminKey, string? folder = null, FakeTimeProvider? time = null, params string[] settings)
    {
        var ownsFolder = folder is null;
        folder ??= Directory.CreateTempSubdirectory("silo-").FullName;
        var host = time is null
            ? new SiloHost(folder, ownsFolder, adminKey, settings)
            : new SiloHost(folder, ownsFolder, adminKey, settings) { Time = time };
        await host.Run();
        return host;
    }

    /// <summary>Composed with more services, or others than usual.</summary>
    public static async Task<SiloHost> StartWith(Action<IServiceCollection> also, params string[] settings)
    {
        var host = new SiloHost(Directory.CreateTempSubdirectory("silo-").FullName, ownsFolder: true, AdminKey, settings) { Also = also };
        await host.Run();
        return host;
    }

    /// <param name="downtime">Time that passes while it is down.</param>
    public async Task Restart(TimeSpan downtime = default)
    {
        await Stop();
        Time.Advance(downtime);
        await Run();
    }

    /// <summary>Stops it before its end: nothing but <see cref="DisposeAsync"/> follows.</summary>
    public async Task StopForGood()
    {
        _stopped = true;
        await Stop();
    }

    /// <summary>A restart with something done to the data in between.</summary>
    public async Task Stopped(Action<string> meanwhile)
    {
        await Stop();
        meanwhile(Folder);
        await Run();
    }

    /// <summary>From now on the wall clock is that far ahead of the monotonic one; of a host that made its time itself.</summary>
    public void Jump(TimeSpan ahead) => ((JumpingTime)Time).Ahead = ahead;

    public HttpClient As(string? key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = Patience };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return client;
    }

    /// <summary>A client with a new key of that role.</summary>
    public async Task<HttpClient> NewClient(string role, string? environment = null) => As((await NewKey(role, environment)).Text);

    public async Task<(string Id, string Text)> NewKey(string role, string? environment = null)
    {
        var body = await Admin.PostAsJsonAsync("/api/v1/keys", new { name = role, role, environment }).Json(201);
        return (body.GetProperty("id").GetString()!, body.GetProperty("key").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await Stop();
        }

        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task Run()
    {
        string[] args = ["--urls", "http://127.0.0.1:0", $"--Orchestrator:Data={Folder}", .. _adminKey is null ? (string[])[] : [$"--ORCHESTRATOR_ADMIN_KEY={_adminKey}"], .. _settings];
        _app = SiloApplication.Build(args, Time, Printed, Also, "the-run-of-this-test");
        try
        {
            await _app.StartAsync();
        }
        catch
        {
            await _app.DisposeAsync();
            throw;
        }

        Address = new Uri(_app.Urls.Single());
        Admin = As(_adminKey);
    }

    private async Task Stop()
    {
        Admin.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>Clocks in the test's hands, of which the wall clock can be ahead of the monotonic one, or behind it.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public JumpingTime()
        : this(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero))
    {
    }

    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    /// <summary>The base takes its own wall clock for the monotonic one.</summary>
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}

/// <summary>Answers read and checked in one breath.</summary>
internal static class Answers
{
    /// <summary>The JSON of an answer that must have this status; the message of a failure shows what came instead.</summary>
    public static async Task<JsonElement> Json(this Task<HttpResponseMessage> sent, int status = 200)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}, not {status}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The code of a problem that must have this status.</summary>
    public static async Task<string> Problem(this Task<HttpResponseMessage> sent, int status)
    {
        var response = await sent;
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = await Task.FromResult(response).Json(status);
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.NotEqual("", body.GetProperty("detail").GetString());
        return body.GetProperty("code").GetString()!;
    }

    public static StringContent Text(string text, string type = "application/json") => new(text, Encoding.UTF8, new MediaTypeHeaderValue(type, "utf-8"));
}
