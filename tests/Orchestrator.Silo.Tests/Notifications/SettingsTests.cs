using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Silo.Tests.Notifications;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Channels:hook:Secret", "too-short", "Channels:hook:Secret must be")]
    [InlineData("Channels:hook:Secret", "whsec_not base64!", "Channels:hook:Secret must be")]
    [InlineData("Channels:hook:Secrets", "x", "Channels:hook:Secrets is not a known setting")]
    [InlineData("Channels:hook:Target", "nowhere", "Channels:hook:Target must be")]
    [InlineData("Smtp:Port", "0", "Smtp:Port must be")]
    [InlineData("Smtp:Security", "some", "Smtp:Security must be none or starttls or tls")]
    [InlineData("Smtp:Host", "mail", "Smtp:From must be")]
    public void Wrong_setting_is_told(string key, string value, string error) =>
        Assert.StartsWith("Orchestrator:" + error, Assert.Single(ChannelSettings.Errors(Configuration((key, value)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:9/x", true)]
    [InlineData("http://[::1]/x", true)]
    [InlineData("http://localhost/x", true)]
    [InlineData("https://hooks.slack.com/x", true)]
    [InlineData("https://HOOKS.slack.com/x", true)]
    [InlineData("https://evil.hooks.slack.com/x", false)]
    [InlineData("https://a.example.com/x", true)]
    [InlineData("https://example.com/x", false)]
    [InlineData("https://badexample.com/x", false)]
    [InlineData("http://169.254.169.254/latest", false)]
    [InlineData("ftp://localhost/x", false)]
    public void Only_allowed_hosts_are_called(string address, bool allowed)
    {
        var policy = EgressList.Read(Configuration(("Egress:Allow", "hooks.slack.com, *.example.com")));

        Assert.Equal(allowed, policy.Refusal(new Uri(address)) is null);
    }

    [Fact]
    public void Allowed_hosts_may_be_a_list() =>
        Assert.True(EgressList.Read(Configuration(("Egress:Allow:0", "a.test"), ("Egress:Allow:1", "b.test"))).Allows(new Uri("http://b.test/")));

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Orchestrator:" + s.Key, (string?)s.Value))).Build();
}
