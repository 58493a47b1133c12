using Orchestrator.Cli.Tests.Verbs;

namespace Orchestrator.Cli.Tests.Servers;

public sealed class VersionTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Versions_of_client_and_server_are_shown()
    {
        var shown = (await silo.Admin.Good("version", "-o", "json")).Json;
        var version = shown.GetProperty("client").GetProperty("version").GetString();
        Assert.Matches(@"^\d+\.\d+\.\d+$", version);
        Assert.Equal(version, shown.GetProperty("server").GetProperty("version").GetString());
        Assert.StartsWith($"client {version}", (await silo.Admin.Good("version")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_of_the_client_needs_no_server()
    {
        var away = new Shell(new Uri("http://127.0.0.1:1"));
        Assert.StartsWith("client ", (await away.Good("version", "--client")).Out, StringComparison.Ordinal);
        Assert.StartsWith("client ", (await away.Fails(7, "version")).Out, StringComparison.Ordinal);
        Assert.StartsWith("client ", (await new Shell(silo.Address, "wrong").Fails(5, "version")).Out, StringComparison.Ordinal);
    }
}
