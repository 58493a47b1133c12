using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Benchmarks.Servers;

/// <summary>A silo on a folder, and its HTTP API as an admin uses it.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    /// <summary>A key for OFREP and the .NET client, bound to production.</summary>
    public const string EvaluationKey = "bench-7d65ecd284d0015c3ead286e59105212";

    /// <summary>A key with every permission but evaluation.</summary>
    public const string AdminKey = "bench-2ef9bfcc98096d0ae12d4f1bbfdef619";
    private readonly HttpClient _http;

    private BenchSilo(ServerProcess server)
    {
        Server = server;
        _http = new HttpClient(
            new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
        { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(100) };
        _http.DefaultRequestHeaders.Add("X-API-Key", AdminKey);
    }

    public ServerProcess Server { get; }

    /// <summary>Starts it; returns the milliseconds until it was ready.</summary>
    public static Task<(BenchSilo Silo, double ReadyAfter)> Start(string folder, int? core = null) =>
        At(ServerProcess.FreeAddress(), folder, core);

    /// <summary>The same at a known address, with more settings.</summary>
    public static Task<(BenchSilo Silo, double ReadyAfter)> At(Uri address, string folder, int? core, params string[] settings) =>
        Within(null, address, folder, core, settings);

    /// <summary>The same with a limit of its own for the time until it is ready; null for the usual one.</summary>
    public static async Task<(BenchSilo Silo, double ReadyAfter)> Within(
        TimeSpan? limit, Uri address, string folder, int? core, params string[] settings)
    {
        var keys = new Dictionary<string, string> { ["ORCHESTRATOR_ADMIN_KEY"] = AdminKey, ["ORCHESTRATOR_EVALUATION_KEY"] = EvaluationKey };
        var server = ServerProcess.At(address, Repository.Silo, core, keys, [$"--Orchestrator:Data={folder}", "--Logging:LogLevel:Default=Warning", .. settings]);
        return (new BenchSilo(server), await server.Ready("health/ready", limit));
    }

    public Task PutPlan(string name, string yaml) =>
        Send(HttpMethod.Put, $"api/v1/plans/{name}", new StringContent(yaml, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml")));

    public Task Create(string rollout, string plan, string environment) =>
        Send(HttpMethod.Post, "api/v1/rollouts", JsonContent.Create(new { id = rollout, plan, environment }));

    public Task Do(string rollout, string verb, object? body = null) =>
        Send(HttpMethod.Post, $"api/v1/rollouts/{rollout}/{verb}", JsonContent.Create(body ?? new { }));

    public Task ChangeMembers(string environment, string segment, IEnumerable<string> add, IEnumerable<string> remove) =>
        Send(HttpMethod.Post, $"api/v1/segments/{environment}/{segment}/members", JsonContent.Create(new { add, remove }));

    /// <summary>True when OFREP answers new for a user.</summary>
    public async Task<bool> IsNew(string flag, string user)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, $"ofrep/v1/evaluate/flags/{flag}") { Content = JsonContent.Create(new { context = new { targetingKey = user } }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", EvaluationKey);
        using var answer = await _http.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("variant", out var variant) && variant.ValueEquals("new");
    }

    /// <summary>Position of the only event of a type in a rollout's log, and its decision time, which is just before its commit.</summary>
    public async Task<(long Position, DateTimeOffset At)> Event(string rollout, string type)
    {
        var page = await _http.GetFromJsonAsync<JsonElement>(new Uri($"api/v1/rollouts/{rollout}/events", UriKind.Relative));
        var found = page.GetProperty("events").EnumerateArray().Single(one => one.GetProperty("type").GetString() == type);
        return (found.GetProperty("position").GetInt64(), found.GetProperty("at").GetDateTimeOffset());
    }

    /// <summary>Heap after its last garbage collection, in MB of 10^6 bytes.</summary>
    public async Task<double> HeapMegabytes()
    {
        var text = await _http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return text.Split('\n').Where(line => line.StartsWith("dotnet_gc_last_collection_heap_size_bytes{", StringComparison.Ordinal))
            .Sum(line =>
                double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 2)..].Split(' ')[0], CultureInfo.InvariantCulture)) / 1e6;
    }

    /// <summary>The log from the beginning, as server-sent events.</summary>
    public async Task<StreamReader> Events()
    {
        var answer = await _http.GetAsync(new Uri("api/v1/stream?after=0", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
    }

    /// <summary>A client with or without a key, on connections of its own.</summary>
    public HttpClient As(string? key)
    {
        var http = new HttpClient { BaseAddress = Server.Address, Timeout = TimeSpan.FromSeconds(30) };
        if (key is not null)
        {
            http.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return http;
    }

    /// <summary>A new key.</summary>
    public async Task<(string Id, string Text)> NewKey(string role, string? environment)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri("api/v1/keys", UriKind.Relative), new { name = role, role, environment });
        var made = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    /// <summary>The status of the response to any request, as the admin or with the evaluation key.</summary>
    public async Task<int> Status(HttpRequestMessage request, bool evaluates)
    {
        if (evaluates)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", EvaluationKey);
        }

        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    private async Task Send(HttpMethod method, string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await _http.SendAsync(request);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created))
        {
            throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
