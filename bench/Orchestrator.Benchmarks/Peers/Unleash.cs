using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Orchestrator.Benchmarks.Servers;
using Orchestrator.PostgreSql;

namespace Orchestrator.Benchmarks.Peers;

/// <summary>Unleash's server on a PostgreSQL of its own, and its proxy beside it, both of bench/peers.</summary>
internal sealed class Unleash : IAsyncDisposable
{
    public const string FrontendToken = "default:production.frontend-token-of-the-benchmarks";
    public const string ProxyKey = "proxy-key-of-the-benchmarks";

    private const string AdminToken = "*:*.admin-token-of-the-benchmarks";
    private const string BackendToken = "default:production.backend-token-of-the-benchmarks";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly PostgresServer _postgres;
    private readonly HttpClient _admin;

    private Unleash(PostgresServer postgres, ServerProcess server, ServerProcess proxy)
    {
        (_postgres, Server, Proxy) = (postgres, server, proxy);
        _admin = Client(server, AdminToken);
    }

    public ServerProcess Server { get; }

    public ServerProcess Proxy { get; }

    public static async Task<Unleash> Start(int core)
    {
        var postgres = await PostgresServer.StartAsync(fsync: false);
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabase("unleash"));
        var server = ServerProcess.Node(Repository.Peer("node_modules/unleash-server/dist/server.js"), core, new()
        {
            ["NODE_ENV"] = "production",
            ["TZ"] = "UTC",
            ["LOG_LEVEL"] = "error",
            ["HTTP_HOST"] = "127.0.0.1",
            ["CHECK_VERSION"] = "false",
            ["SEND_TELEMETRY"] = "false",
            ["DATABASE_HOST"] = database.Host!,
            ["DATABASE_PORT"] = database.Port.ToString(CultureInfo.InvariantCulture),
            ["DATABASE_NAME"] = database.Database!,
            ["DATABASE_USERNAME"] = database.Username!,
            ["DATABASE_PASSWORD"] = database.Password!,
            ["DATABASE_SSL"] = "false",
            ["INIT_ADMIN_API_TOKENS"] = AdminToken,
            ["INIT_BACKEND_API_TOKENS"] = BackendToken,
            ["INIT_FRONTEND_API_TOKENS"] = FrontendToken,
        });
        await server.Ready("health");
        var proxy = ServerProcess.Node(Repository.Peer("proxy.mjs"), core, new()
        {
            ["NODE_ENV"] = "production",
            ["UNLEASH_URL"] = $"{server.Address}api",
            ["UNLEASH_API_TOKEN"] = BackendToken,
            ["UNLEASH_PROXY_CLIENT_KEYS"] = ProxyKey,
        });
        await proxy.Ready("proxy/health");
        return new Unleash(postgres, server, proxy);
    }

    /// <summary>Makes flags at 25 %, and on for a group and for internal users.</summary>
    public async Task AddFlags(IEnumerable<string> flags)
    {
        const string Features = "api/admin/projects/default/features";
        foreach (var flag in flags)
        {
            var production = $"{Features}/{flag}/environments/production";
            await Post(Features, new { name = flag, type = "release" });
            await Post($"{production}/strategies", new { name = "flexibleRollout", parameters = new { rollout = "25", stickiness = "default", groupId = flag } });
            await Post($"{production}/strategies", On("internal", "true"));
            await Post($"{production}/strategies", On("group", "beta"));
            await Post($"{production}/on", new { });
        }
    }

    /// <summary>Waits until both answer that many flags to a user who gets them all: they poll the database.</summary>
    public async Task Answers(int flags)
    {
        await Answers(Server, "api/frontend", FrontendToken, flags);
        await Answers(Proxy, "proxy", ProxyKey, flags);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static object On(string attribute, string value) =>
        new
        {
            name = "default",
            parameters = new { },
            constraints = new[] { new { contextName = attribute, @operator = "IN", values = new[] { value } } }
        };

    private static HttpClient Client(ServerProcess server, string token)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", token);
        return client;
    }

    private static async Task Answers(ServerProcess server, string path, string token, int flags)
    {
        using var client = Client(server, token);
        using var patience = new CancellationTokenSource(Patience);
        while ((await client.GetFromJsonAsync<JsonElement>($"{path}?userId=ann&properties[group]=beta", patience.Token)).GetProperty("toggles").GetArrayLength() != flags)
        {
            await Task.Delay(200, patience.Token);
        }
    }

    private async Task Post(string path, object body)
    {
        using var answer = await _admin.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Unleash: POST {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
