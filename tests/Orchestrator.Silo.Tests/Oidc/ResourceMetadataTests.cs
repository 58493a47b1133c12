namespace Orchestrator.Silo.Tests.Oidc;

/// <summary>The issuer of a server, as a client without credentials finds it.</summary>
public sealed class ResourceMetadataTests
{
    private const string Path = "/.well-known/oauth-protected-resource";

    private static readonly string[] Issuer =
    [
        "--Orchestrator:Auth:Oidc:Authority=https://login.example/tenant", "--Orchestrator:Auth:Oidc:Audience=https://rollouts.example", "--Orchestrator:Auth:Oidc:Roles:a=admin",
    ];

    [Fact]
    public async Task Server_with_an_issuer_names_it_to_a_client_without_credentials()
    {
        await using var host = await SiloHost.Start(settings:
            [.. Issuer, "--Orchestrator:Auth:Oidc:CommandLineClientId=rollout", "--Orchestrator:Auth:Oidc:Scopes=openid  rollouts"]);
        using var client = host.As(null);
        var told = await client.GetAsync(Path).Json();
        Assert.Equal("https://rollouts.example", told.GetProperty("resource").GetString());
        Assert.Equal(["https://login.example/tenant"], told.GetProperty("authorization_servers").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["openid", "rollouts"], told.GetProperty("scopes_supported").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["header"], told.GetProperty("bearer_methods_supported").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("rollout", told.GetProperty("command_line_client_id").GetString());
    }

    [Fact]
    public async Task Server_whose_command_line_is_no_client_names_none()
    {
        await using var host = await SiloHost.Start(settings: Issuer);
        using var client = host.As(null);
        var told = await client.GetAsync(Path).Json();
        Assert.False(told.TryGetProperty("command_line_client_id", out _));
        Assert.Equal(["openid", "profile"], told.GetProperty("scopes_supported").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task Server_without_an_issuer_names_none()
    {
        await using var host = await SiloHost.Start();
        using var client = host.As(null);
        Assert.Equal("access.no_issuer", await client.GetAsync(Path).Problem(404));
    }
}
