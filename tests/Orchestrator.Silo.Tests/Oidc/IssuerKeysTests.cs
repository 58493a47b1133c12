using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api.Oidc;

namespace Orchestrator.Silo.Tests.Oidc;

/// <summary>Each test has a provider of its own, since it changes or stops it.</summary>
public sealed class IssuerKeysTests : IAsyncLifetime
{
    private readonly Issuer _issuer = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private SiloHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        await _issuer.InitializeAsync();
        _host = await SiloHost.Start(time: _time, settings: _issuer.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task New_key_of_the_issuer_counts_at_once_and_a_withdrawn_one_no_more()
    {
        using var before = As(await Token());
        await before.GetAsync("/api/v1/nodes").Json();

        await _issuer.Tell("rotate");
        _time.Advance(IssuerKeys.Between);
        using var after = As(await Token());
        await after.GetAsync("/api/v1/nodes").Json();
        await before.GetAsync("/api/v1/nodes").Json();

        await _issuer.Tell("withdraw");
        _time.Advance(IssuerKeys.Fresh);
        await after.GetAsync("/api/v1/nodes").Json();
        Assert.Equal("access.bad_token", await before.GetAsync("/api/v1/nodes").Problem(401));
    }

    [Fact]
    public async Task Issuer_that_cannot_be_asked_is_no_pass_and_no_fault_of_the_token()
    {
        var token = await Token();
        await _issuer.Tell("stop");
        using var client = As(token);
        Assert.Equal("access.issuer_unreachable", await client.GetAsync("/api/v1/nodes").Problem(503));
        await _host.Admin.GetAsync("/api/v1/nodes").Json();

        await _issuer.Tell("start");
        Assert.Equal("access.issuer_unreachable", await client.GetAsync("/api/v1/nodes").Problem(503));
        _time.Advance(IssuerKeys.Between);
        await client.GetAsync("/api/v1/nodes").Json();

        await _issuer.Tell("stop");
        _time.Advance(IssuerKeys.Fresh);
        await client.GetAsync("/api/v1/nodes").Json();
        _time.Advance(IssuerKeys.Usable - IssuerKeys.Fresh);
        Assert.Equal("access.issuer_unreachable", await client.GetAsync("/api/v1/nodes").Problem(503));
    }

    private Task<string> Token() => _issuer.Token(new { sub = "vic", roles = "rollout-viewers", exp = _time.GetUtcNow().AddHours(10).ToUnixTimeSeconds() });

    private HttpClient As(string token)
    {
        var client = _host.As(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }
}
