using Microsoft.Extensions.Configuration;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Silo.Tests.Notifications;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Channels:hook:Secret", "too-short", "Channels:hook:Secret must be")]
    [InlineData("Channels:hook:Secret", "whsec_not base64!", "Channels:hook:Secret must be")]
    [InlineData("Channels:hook:Secrets", "x", "Channels:hook:Secrets is no setting")]
    [InlineData("Channels:hook:Target", "nowhere", "Channels:hook:Target must be")]
    [InlineData("Smtp:Port", "0", "Smtp:Port must be")]
    [InlineData("Smtp:Security", "some", "Smtp:Security must be none or starttls or tls")]
    [InlineData("Smtp:Host", "mail", "Smtp:From must be")]
    public void Wrong_setting_is_told(string key, string value, string error) =>
        Assert.StartsWith("Orchestrator:" + error, Assert.Single(ChannelSettings.Errors(Configuration((key, value)))), StringComparison.Ordinal);

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Orchestrator:" + s.Key, (string?)s.Value))).Build();
}
