using System.Text;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics.Otlp;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

public sealed class OtlpAttributesTests
{
    private const string Same = """{ "key": "a", "value": { "stringValue": "1" } }""";

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

    [Fact]
    public void Points_with_the_same_attributes_share_them_and_no_others_do()
    {
        const string Other = """{ "key": "a", "value": { "stringValue": "2" } }""";
        string[] attributes = [Same, Same, Other, Same, "", Same + ", " + Other, Same];
        var points = OtlpReader.Read(Encoding.UTF8.GetBytes($$"""
            { "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "name": "requests", "gauge": { "dataPoints": [
              {{string.Join(',', attributes.Select(own => $$"""{ "asInt": "1", "attributes": [ {{own}} ] }"""))}} ] } } ] } ] } ] }
            """)).Points;

        Assert.Same(points[0].Attributes, points[1].Attributes);
        Assert.Equal(["1", "1", "2", "1", null, "2", "1"], points.Select(point => point.Attributes.GetValueOrDefault("a")));
    }

    [Fact]
    public void Texts_are_known_by_all_of_their_bytes()
    {
        var texts = new KnownTexts();
        var many = Enumerable.Range(0, 5_000).Select(i => $"key{i}").ToArray();
        Assert.Equal(many, many.Select(text => texts.Of(Encoding.UTF8.GetBytes(text))));
        Assert.Same(texts.Of("again"u8), texts.Of("again"u8));
        Assert.Null(texts.Of("größer"u8));
        Assert.Null(texts.Of(Encoding.UTF8.GetBytes(new string('l', 65))));
    }

    private static OtlpPoint Read(string attributes, string scope) => Assert.Single(OtlpReader.Read(Encoding.UTF8.GetBytes($$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ {{attributes}} ] }, "scopeMetrics": [ { "scope": { "name": "{{scope}}" }, "metrics": [
          { "name": "requests", "sum": { "isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [ { "asInt": "1", "attributes": [ {{attributes}} ] } ] } } ] } ] } ] }
        """)).Points);

    private static IEnumerable<KeyValuePair<string, string>> Many(string name, int count) =>
        Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"{name}{i}", $"{name}{i}"));
}
