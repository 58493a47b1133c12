using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Oidc;

/// <summary>
/// A real OpenID Connect provider as a process: its discovery document, its key set, its token endpoint. It ends with its standard input,
/// however the tests end.
/// </summary>
public sealed class Issuer : IAsyncLifetime
{
    public const string Audience = "https://rollouts.test";

    private readonly int _port = FreePort.Pick();
    private readonly HttpClient _http = new();
    private Process _process = null!;

    public string Authority => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    /// <summary>Settings of a host that trusts it.</summary>
    internal string[] Settings =>
    [
        $"--Orchestrator:Auth:Oidc:Authority={Authority}", $"--Orchestrator:Auth:Oidc:Audience={Audience}", "--Orchestrator:Auth:Oidc:Roles:rollout-admins=admin",
        "--Orchestrator:Auth:Oidc:Roles:rollout-product=product", "--Orchestrator:Auth:Oidc:Roles:rollout-engineers=engineering",
        "--Orchestrator:Auth:Oidc:Roles:rollout-viewers=viewer", "--Orchestrator:Auth:Oidc:Roles:rollout-services=evaluation",
    ];

    /// <summary>The same for a host at which people sign in with it.</summary>
    internal string[] WithSignIn =>
    [
        .. Settings, "--Orchestrator:Auth:Oidc:ClientId=dashboard", "--Orchestrator:Auth:Oidc:ClientSecret=a-secret-of-the-dashboard",
        "--Orchestrator:Auth:Oidc:Provider=Example Org",
    ];

    /// <summary>The same for a host whose command line people sign in with.</summary>
    internal string[] WithCommandLine => [.. Settings, "--Orchestrator:Auth:Oidc:CommandLineClientId=rollout"];

    public async ValueTask InitializeAsync() => await Launch();

    private async Task Launch([CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "oidc-provider"));
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "The provider is not installed; eng/test.sh installs it (npm ci in tests/oidc-provider).");
        _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "issuer.mjs"), _port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await Heard();
    }

    /// <summary>Tells the provider to <c>rotate</c>, <c>withdraw</c>, <c>stop</c> or <c>start</c>, and waits until it has.</summary>
    public async Task Tell(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await Heard();
    }

    /// <summary>From now on this person signs in there.</summary>
    public Task Person(object claims) => Tell($"person {JsonSerializer.Serialize(claims)}");

    /// <summary>A token that it signs, with these claims beside its own, or in place of them.</summary>
    public async Task<string> Token(object claims)
    {
        using var body = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "tests",
            ["client_secret"] = "a-secret-of-the-tests",
            ["claims_of_the_test"] = JsonSerializer.Serialize(claims),
        });
        return (await _http.PostAsync($"{Authority}/token", body).Json()).GetProperty("access_token").GetString()!;
    }

    /// <summary>The newest key that it publishes.</summary>
    public async Task<JsonElement> PublishedKey() => (await _http.GetFromJsonAsync<JsonElement>($"{Authority}/jwks")).GetProperty("keys")[0];

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(SiloHost.Patience);
        _process.Dispose();
        _http.Dispose();
    }

    private async Task Heard()
    {
        // The provider's own notices go to the same place; answers are JSON.
        for (var said = ""; !said.StartsWith('{');)
        {
            said = await _process.StandardOutput.ReadLineAsync().WaitAsync(SiloHost.Patience) ?? throw new InvalidOperationException("The provider ended.");
        }
    }
}
