using Microsoft.Extensions.Configuration;
using Orchestrator.Api.Ofrep;

namespace Orchestrator.Silo.Tests.Ofrep;

public sealed class OfrepSettingsTests
{
    [Fact]
    public void Nothing_set_is_no_limit_and_no_foreign_page()
    {
        var settings = OfrepSettings.Read(Of());

        Assert.Empty(OfrepSettings.Errors(Of()));
        Assert.Equal((null, 10_000), (settings.RateLimit, settings.Streams));
        Assert.Empty(settings.Origins);
    }

    [Theory]
    [InlineData("RateLimit", "500", true)]
    [InlineData("RateLimit", "0", false)]
    [InlineData("RateLimit", "fast", false)]
    [InlineData("Streams", "1000001", false)]
    [InlineData("Origins", "*", true)]
    [InlineData("Origins", "https://shop.example http://localhost:3000", true)]
    [InlineData("Origins", "https://shop.example/", false)]
    [InlineData("Origins", "shop.example", false)]
    public void Wrong_settings_are_named(string key, string value, bool right)
    {
        var errors = OfrepSettings.Errors(Of(($"Orchestrator:Ofrep:{key}", value))).ToArray();

        Assert.Equal(right ? 0 : 1, errors.Length);
        Assert.All(errors, error => Assert.StartsWith($"Orchestrator:Ofrep:{key} must be ", error, StringComparison.Ordinal));
    }

    private static IConfiguration Of(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => new KeyValuePair<string, string?>(one.Key, one.Value)))
            .Build();
}
