using Microsoft.Extensions.Configuration;
using Orchestrator.Silo.Settings;
using Orchestrator.Silo.Tests.Edge;

namespace Orchestrator.Silo.Tests.Start;

public sealed class SettingsTests
{
    [Fact]
    public void Settings_all_wrong_are_told_all_at_once()
    {
        var errors = Errors(
            ("Orchestrator:Storage", "embeded"), ("Orchestrator:Lease", "1s"), ("Orchestrator:Clock:Speed", "fast"), ("Orchestrator:Role", "boss"),
            ("Orchestrator:Cluster:SiloPort", "70000"), ("Orchestrator:Data", "/dev/null/data"), ("Orchestrator:Leese", "10s"), ("ORCHESTRATOR_ADMIN_KEY", "short"));

        Assert.Equal(8, errors.Count);
        Assert.Contains(errors, e => e.Contains("Orchestrator:Leese is not a known setting; did you mean 'Lease'?", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Orchestrator:Storage", StringComparison.Ordinal) && e.Contains("did you mean 'embedded'?", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("from 2s to 60s", StringComparison.Ordinal));
        Assert.DoesNotContain(errors, e => e.Contains("short", StringComparison.Ordinal));
    }

    [Fact]
    public void Grain_state_in_Azure_needs_to_know_where() =>
        Assert.Contains("Orchestrator:Azure", Assert.Single(Errors(("Orchestrator:GrainState", "azure"))), StringComparison.Ordinal);

    [Fact]
    public void Embedded_store_has_no_evaluation_nodes() =>
        Assert.Contains("an evaluation node cannot follow its log", Assert.Single(Errors(("Orchestrator:Role", "evaluation"))), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "is needed where")]
    [InlineData("Database=orchestrator", "names no Host")]
    [InlineData("Host=db;Pass word=very-secret", "cannot be read")]
    public void Connection_string_is_checked_and_never_shown(string? connection, string says)
    {
        var error = Assert.Single(Errors(("Orchestrator:Storage", "postgres"), ("ConnectionStrings:Orchestrator", connection!)));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Place_in_the_cluster_wrong_is_told_all_at_once() => Assert.Equal(5, Errors(
        ("Orchestrator:Cluster:SiloPort", "0"), ("Orchestrator:Cluster:GatewayPort", "x"), ("Orchestrator:Cluster:Address", "0.0.0.0"),
        ("Orchestrator:Cluster:Push", "maybe"), ("Orchestrator:Cluster:Drain", "1h")).Count);

    [Fact]
    public void Gateway_of_the_embedded_store_is_refused_by_name()
    {
        Assert.Equal(
            "Orchestrator:Cluster:GatewayPort is for silos of a cluster, but Orchestrator:Storage is 'embedded': nothing would listen on 30000",
            Assert.Single(Errors(("Orchestrator:Cluster:GatewayPort", "30000"))));
        var cluster = SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Orchestrator:Data", Path.GetTempPath()), new("Orchestrator:Storage", "postgres"), new("ConnectionStrings:Orchestrator", "Host=db"), new("Orchestrator:Cluster:GatewayPort", "30000")]).Build());
        Assert.Equal(30000, cluster.Place.GatewayPort);
    }

    [Fact]
    public void Issuer_wrong_is_told_all_at_once()
    {
        var errors = Errors(
            ("Orchestrator:Auth:Oidc:Authority", "http://login.example"), ("Orchestrator:Auth:Oidc:RoleClaim", ""), ("Orchestrator:Auth:Oidc:Rolls", "x"),
            ("Orchestrator:Auth:Oidc:Roles:pages", "browser"), ("Orchestrator:Auth:Oidc:Roles:admins", "admim"));
        Assert.Equal(6, errors.Count);
        Assert.Contains(errors, e => e.Contains("must be an https address", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Oidc:Rolls is not a known setting; did you mean 'Roles'?", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("Oidc:Audience must not be empty", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("but is 'admim'; did you mean 'admin'?", StringComparison.Ordinal));
        Assert.Contains("maps no value", Assert.Single(Errors(("Orchestrator:Auth:Oidc:Authority", "https://login.example"), ("Orchestrator:Auth:Oidc:Audience", "api"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_between_silos_and_known_proxies_are_checked()
    {
        Assert.Contains("there is no other silo", Assert.Single(Errors(("Orchestrator:Cluster:Tls:Certificate", "node.pem"))), StringComparison.Ordinal);
        (string, string)[] cluster = [("Orchestrator:Storage", "postgres"), ("ConnectionStrings:Orchestrator", "Host=db")];
        Assert.Equal(2, Errors([.. cluster, ("Orchestrator:Cluster:Tls:Certificate", "node.pem")]).Count);
        Assert.Contains("cannot be read as PEM", Assert.Single(Errors([.. cluster, ("Orchestrator:Cluster:Tls:Certificate", "/dev/null"),
            ("Orchestrator:Cluster:Tls:Key", "/dev/null"), ("Orchestrator:Cluster:Tls:Authority", "/dev/null")])), StringComparison.Ordinal);
        (string, string)[] tls =
        [
            .. cluster, ("Orchestrator:Cluster:Tls:Certificate", "/dev/null"), ("Orchestrator:Cluster:Tls:Key", "/dev/null"),
            ("Orchestrator:Cluster:Tls:Authority", "/dev/null"),
        ];
        var open = Assert.Single(Errors([.. tls, ("Orchestrator:Cluster:GatewayPort", "30000")]));
        Assert.Contains("ClientAuthority is needed where", open, StringComparison.Ordinal);
        var closed = Assert.Single(Errors([.. tls, ("Orchestrator:Cluster:Tls:ClientAuthority", "/dev/null")]));
        Assert.Contains("GatewayPort opens none", closed, StringComparison.Ordinal);
        Assert.Equal(2, Errors(("Orchestrator:Http:KnownProxies", "proxy.example 0.0.0.0/0 10.0.0.7")).Count);
    }

    [Fact]
    public void Clients_of_a_gateway_have_another_authority_than_silos()
    {
        using var silos = new Authority();
        var (certificate, key) = silos.Issue();
        (string, string)[] given =
        [
            ("Orchestrator:Storage", "postgres"), ("ConnectionStrings:Orchestrator", "Host=db"),
            ("Orchestrator:Cluster:GatewayPort", "30000"), ("Orchestrator:Cluster:Tls:Certificate", certificate),
            ("Orchestrator:Cluster:Tls:Key", key), ("Orchestrator:Cluster:Tls:Authority", silos.RootFile),
        ];

        var same = Assert.Single(Errors([.. given, ("Orchestrator:Cluster:Tls:ClientAuthority", silos.RootFile)]));
        Assert.Contains("would make a silo", same, StringComparison.Ordinal);
        var missing = Assert.Single(Errors([.. given, ("Orchestrator:Cluster:Tls:ClientAuthority", "/nowhere")]));
        Assert.Contains("cannot be read as PEM", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_set_is_sound()
    {
        var settings = SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Orchestrator:Data", Path.GetTempPath())]).Build());
        Assert.Equal(TimeSpan.FromSeconds(10), settings.Lease);
        Assert.Equal(1, settings.Speed);
    }

    [Fact]
    public async Task Process_with_wrong_settings_says_so_and_ends()
    {
        var (exit, output) = await SiloProcess.RunToEnd("--Orchestrator:Lease=forever", "--Orchestrator:Clock:Speed=-1", $"--Orchestrator:Data={Path.GetTempPath()}");
        Assert.Equal(2, exit);
        Assert.Contains("'forever'", output, StringComparison.Ordinal);
        Assert.Contains("'-1'", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Errors(params (string Key, string Value)[] given) =>
        Assert.Throws<SettingsException>(() => SiloSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection([new("Orchestrator:Data", Path.GetTempPath())])
            .AddInMemoryCollection(given.Select(g => KeyValuePair.Create(g.Key, (string?)g.Value))).Build())).Errors;
}
