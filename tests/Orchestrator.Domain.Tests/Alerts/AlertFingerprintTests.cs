using Orchestrator.Domain.Alerts;

namespace Orchestrator.Domain.Tests.Alerts;

/// <summary>AlertmanagerTests holds the same against what a real Alertmanager sends.</summary>
public sealed class AlertFingerprintTests
{
    [Fact]
    public void Labels_in_any_order_have_one_fingerprint_and_other_labels_another()
    {
        var one = AlertFingerprint.Of(new Dictionary<string, string> { ["alertname"] = "ChatDown", ["cluster"] = "eu" });
        Assert.Equal(one, AlertFingerprint.Of(new Dictionary<string, string> { ["cluster"] = "eu", ["alertname"] = "ChatDown" }));
        Assert.NotEqual(one, AlertFingerprint.Of(new Dictionary<string, string> { ["alertname"] = "ChatDown", ["cluster"] = "us" }));
        Assert.NotEqual(one, AlertFingerprint.Of(new Dictionary<string, string> { ["alertname"] = "ChatDowncluster", [""] = "eu" }));
    }

    [Theory]
    [InlineData("57c6d9296de2ad39", "57c6d9296de2ad39")]
    [InlineData("", "cbf29ce484222325")]
    [InlineData("a", "af63dc4c8601ec8c")]
    public void Given_text_is_kept_as_it_is_or_as_its_hash(string given, string kept) => Assert.Equal(kept, AlertFingerprint.Of(given));
}
