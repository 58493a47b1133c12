using System.Text;
using Orchestrator.Domain.Metrics.Otlp;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

public sealed class OtlpAttributesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Layer_above_wins_and_of_one_layer_the_later(int more)
    {
        var resource = new OtlpAttributes(null, [new("a", "resource"), new("b", "resource"), .. Many("r", more)]);
        var point = new OtlpAttributes(resource, [new("b", "first"), .. Many("p", more), new("b", "last")]);

        Assert.Equal(("resource", "last", $"r{more - 1}", $"p{more - 1}", null), (
            point.GetValueOrDefault("a"), point.GetValueOrDefault("b"), point.GetValueOrDefault($"r{more - 1}"), point.GetValueOrDefault($"p{more - 1}"),
            point.GetValueOrDefault("c")));
        Assert.Equal("resource", resource.GetValueOrDefault("b"));
    }

    [Fact]
    public void Stream_and_sender_depend_on_every_attribute_but_not_on_their_order()
    {
        var first = Read("""{ "key": "a", "value": { "stringValue": "1" } }, { "key": "b", "value": { "stringValue": "2" } }""", "s");
        var turned = Read("""{ "key": "b", "value": { "stringValue": "2" } }, { "key": "a", "value": { "stringValue": "1" } }""", "s");
        var other = Read("""{ "key": "a", "value": { "stringValue": "1" } }, { "key": "b", "value": { "stringValue": "3" } }""", "s");
        var scope = Read("""{ "key": "a", "value": { "stringValue": "1" } }, { "key": "b", "value": { "stringValue": "2" } }""", "t");

        Assert.Equal((first.Sender, first.Stream), (turned.Sender, turned.Stream));
        Assert.All([other, scope], one => Assert.NotEqual(first.Sender, one.Sender));
        Assert.All([other, scope], one => Assert.NotEqual(first.Stream, one.Stream));
    }

    private static OtlpPoint Read(string attributes, string scope) => Assert.Single(OtlpReader.Read(Encoding.UTF8.GetBytes($$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ {{attributes}} ] }, "scopeMetrics": [ { "scope": { "name": "{{scope}}" }, "metrics": [
          { "name": "requests", "sum": { "isMonotonic": true, "aggregationTemporality": 1, "dataPoints": [ { "asInt": "1", "attributes": [ {{attributes}} ] } ] } } ] } ] } ] }
        """)).Points);

    private static IEnumerable<KeyValuePair<string, string>> Many(string name, int count) =>
        Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"{name}{i}", $"{name}{i}"));
}
