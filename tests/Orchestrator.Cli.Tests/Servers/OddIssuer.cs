using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Cli.Tests.Servers;

/// <summary>A server and its issuer in one, which answer as a test says: for answers that no real issuer gives.</summary>
internal sealed class OddIssuer : IAsyncDisposable
{
    public const string Metadata = "/.well-known/oauth-protected-resource";
    public const string Discovery = "/.well-known/openid-configuration";
    public const string Devices = "/device";
    public const string Tokens = "/token";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<IFormCollection?, (int Status, string Body)>> _answers = new();

    private OddIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Forms that were posted, by path.</summary>
    public ConcurrentQueue<(string Path, IReadOnlyDictionary<string, string> Form)> Posted { get; } = new();

    public static async Task<OddIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new OddIssuer(builder.Build());
        server._app.Run(server.Answer);
        await server._app.StartAsync();
        server.Says(Metadata, new { resource = "https://api.example", authorization_servers = new[] { server.Address }, command_line_client_id = "rollout" });
        server.Says(Discovery, server.Document());
        server.Says(Devices, server.Code());
        server.Says(Tokens, Token());
        server.Says("/api/v1/me", new { id = "oidc:x", name = "Xenia", role = "viewer" });
        return server;
    }

    /// <summary>Answers with JSON from now on.</summary>
    public void Says(string path, object body, int status = 200) => Says(path, _ => (status, JsonSerializer.Serialize(body)));

    public void Says(string path, Func<IFormCollection?, (int Status, string Body)> answer) => _answers[path] = answer;

    /// <summary>The discovery document; members in place of its own.</summary>
    public Dictionary<string, object> Document(params (string Name, object Value)[] other) => With(
        new()
        {
            ["issuer"] = Address,
            ["device_authorization_endpoint"] = Address + Devices,
            ["token_endpoint"] = Address + Tokens,
        },
        other);

    /// <summary>The answer with a code; members in place of its own.</summary>
    public Dictionary<string, object> Code(params (string Name, object Value)[] other) => With(
        new()
        {
            ["device_code"] = "d",
            ["user_code"] = "ABCD-EFGH",
            ["verification_uri"] = "https://login.example/device",
            ["expires_in"] = 600,
        },
        other);

    /// <summary>The answer with tokens; members in place of its own.</summary>
    public static Dictionary<string, object> Token(params (string Name, object Value)[] other) =>
        With(new() { ["access_token"] = "a.b.c", ["token_type"] = "Bearer", ["expires_in"] = 3600 }, other);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Dictionary<string, object> With(Dictionary<string, object> members, (string Name, object Value)[] other)
    {
        foreach (var (name, value) in other)
        {
            members[name] = value;
        }

        return members;
    }

    private async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync() : null;
        if (form is not null)
        {
            Posted.Enqueue((path, form.ToDictionary(one => one.Key, one => one.Value.ToString())));
        }

        var (status, body) = _answers.TryGetValue(path, out var answer) ? answer(form) : (404, "{}");
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        if (status == 302)
        {
            http.Response.Headers.Location = body;
        }

        await http.Response.WriteAsync(body);
    }
}
