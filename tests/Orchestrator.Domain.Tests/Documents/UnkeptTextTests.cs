using System.Text;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Documents;

public sealed class UnkeptTextTests
{
    [Theory]
    [InlineData("""{ "a": { "b": [ 1, "x\ud800" ] } }""", "a.b[1]", "the text contains half of a surrogate pair (\\ud800), which is not a character")]
    [InlineData("""{ "a": { "b": [ [], { "c": "\udc00\ud800" } ] } }""", "a.b[1].c", "the text contains half of a surrogate pair (\\udc00), which is not a character")]
    [InlineData("""{ "a": "\ud800\u0041" }""", "a", "the text contains half of a surrogate pair (\\ud800), which is not a character")]
    [InlineData("""{ "a": "\ud83d\ude00\ude00" }""", "a", "the text contains half of a surrogate pair (\\ude00), which is not a character")]
    [InlineData("""{ "a": [ "x", "\u0000" ] }""", "a[1]", "the text contains U+0000, which cannot be stored")]
    [InlineData("""{ "a\u0000": 1 }""", "?", "the key contains U+0000, which cannot be stored")]
    [InlineData("""[ { "x": 1 }, { "\udfff": 1 } ]""", "[1].?", "the key contains half of a surrogate pair (\\udfff), which is not a character")]
    [InlineData("\"\\u0000\"", "", "the text contains U+0000, which cannot be stored")]
    public void Text_that_cannot_be_kept_is_named_by_its_place_and_the_rule(string json, string path, string message)
    {
        var error = Assert.Single(UnkeptText.In(Encoding.UTF8.GetBytes(json)));

        Assert.Equal((path, message), (error.Path, error.Message));
        Assert.Null(JsonText.Parse(json, out var errors));
        Assert.Equal([error], errors);
    }

    [Theory]
    [InlineData("""{ "a": "\ud83d\ude00", "\u0061\n": "\\ud800 \\u0000" }""")]
    [InlineData("""{ "a": "😀", "b": [ "\u00e4", "\ufffd" ] }""")]
    public void Text_with_escapes_that_are_characters_is_kept(string json)
    {
        Assert.Empty(UnkeptText.In(Encoding.UTF8.GetBytes(json)));
        Assert.NotNull(JsonText.Parse(json, out _));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_named_with_line_and_column()
    {
        // U+D800 as three bytes, which only CESU-8 knows.
        byte[] json = [.. "{\n  \"a\": \"x"u8, 0xed, 0xa0, 0x80, .. "\" }"u8];

        Assert.Equal([new InputError("a", "the text is not UTF-8", 2, 8)], UnkeptText.In(json));
    }

    [Fact]
    public void All_bad_texts_are_told_at_once() =>
        Assert.Equal(["a", "b[0]"], UnkeptText.In("""{ "a": "\u0000", "b": [ "\ud800" ] }"""u8).Select(error => error.Path));

    [Theory]
    [InlineData("plan: p\ntitle: \"a\\0b\"\n", "a text contains U+0000, which cannot be stored", 2)]
    [InlineData("plan: p\n\"a\\u0000\": 1\n", "a key contains U+0000, which cannot be stored", 2)]
    [InlineData("plan: p\n# a comment\0\nflag: f\n", "the text contains U+0000, which cannot be stored", 2)]
    [InlineData("{\n\"plan\": \"p\\u0000\" }", "the text contains U+0000, which cannot be stored", 2)]
    public void Plan_with_such_a_text_is_refused_with_its_line(string plan, string message, int line)
    {
        var error = Assert.Single(PlanText.Read(Encoding.UTF8.GetBytes(plan)).Errors);

        Assert.Equal((message, line), (error.Message, error.Line));
    }

    [Fact]
    public void Plan_that_an_event_kept_before_the_rule_is_still_read()
    {
        const string recorded = """{"plan":"p","title":"a\u0000b","flag":"f","phases":[{"name":"a","steps":[{"name":"s","percentage":10,"hold":"1h"}]}]}""";

        Assert.Equal("a\0b", PlanReader.ReadDocument(recorded).Plan?.Title);
    }
}
