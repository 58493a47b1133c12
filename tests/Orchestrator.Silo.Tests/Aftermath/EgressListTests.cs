using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Silo.Tests.Aftermath;

public sealed class EgressListTests
{
    private static readonly EgressList List = new(["ledger.example.com", "hooks.example.org:8443", "*.intern.example", "10.0.0.7:80"]);

    [Theory]
    [InlineData("http://127.0.0.1:9/x", true)]
    [InlineData("http://127.8.8.8/", true)]
    [InlineData("http://[::1]:5000/", true)]
    [InlineData("https://localhost/", true)]
    [InlineData("https://ledger.example.com/health", true)]
    [InlineData("https://LEDGER.example.com:444/health", true)]
    [InlineData("https://ledger.example.com./health", true)]
    [InlineData("https://hooks.example.org:8443/", true)]
    [InlineData("https://a.b.intern.example/", true)]
    [InlineData("http://10.0.0.7/", true)]
    [InlineData("http://10.0.0.7:81/", false)]
    [InlineData("https://hooks.example.org/", false)]
    [InlineData("https://intern.example/", false)]
    [InlineData("https://evilintern.example/", false)]
    [InlineData("https://ledger.example.com.evil.net/", false)]
    [InlineData("http://169.254.169.254/latest", false)]
    [InlineData("http://localhost.evil.net/", false)]
    [InlineData("http://0.0.0.0/", false)]
    [InlineData("ftp://ledger.example.com/", false)]
    public void Address_is_called_when_this_machine_or_listed(string address, bool allowed) =>
        Assert.Equal(allowed, List.Allows(new Uri(address)));

    [Fact]
    public void Settings_name_hosts_as_a_list_or_with_commas_and_wrong_ones_are_told()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orchestrator:Egress:Allow"] = "one.example, two.example:81",
            ["Orchestrator:Egress:Allow:0"] = "three.example",
            ["Orchestrator:Egress:Allow:1"] = "https://four.example/x",
        }).Build();
        Assert.Equal("Orchestrator:Egress:Allow must name hosts as host, host:port or *.domain and networks as 10.0.0.0/8, but names 'https://four.example/x'", Assert.Single(EgressList.Errors(configuration)));
        var list = EgressList.Read(configuration);
        Assert.All((string[])["http://one.example/", "http://two.example:81/", "http://three.example/"], a => Assert.True(list.Allows(new Uri(a))));
        Assert.False(list.Allows(new Uri("http://two.example/")));
    }
}
