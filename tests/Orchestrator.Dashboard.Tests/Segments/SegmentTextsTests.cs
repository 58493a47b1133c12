using Orchestrator.Dashboard.Pages.Segments;

namespace Orchestrator.Dashboard.Tests.Segments;

public sealed class SegmentTextsTests
{
    [Theory]
    [InlineData(12, 3, 0, 0, "12 added, 3 were in.")]
    [InlineData(0, 1, 0, 0, "0 added, 1 was in.")]
    [InlineData(0, 0, 2, 1, "2 removed, 1 was not in.")]
    [InlineData(0, 0, 0, 0, "No key was sent; no member changed.")]
    public void Change_of_members_is_told_with_its_numbers(int added, int wereIn, int removed, int wereOut, string text)
    {
        var changed = new ChangedData(added, wereIn, removed, wereOut);
        Assert.Equal(text, SegmentTexts.Changed(changed));
        Assert.Equal(changed, SegmentTexts.Read(SegmentTexts.Address("qa", "beta", changed).Split("changed=")[1]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1,2,3")]
    [InlineData("1,2,3,-4")]
    [InlineData("1,2,3,99999999999")]
    [InlineData("1,2,3,<b>")]
    public void Address_with_other_numbers_tells_nothing(string? changed) => Assert.Null(SegmentTexts.Read(changed));

    [Fact]
    public void Attributes_are_texts_numbers_or_true_and_false_and_errors_come_all_at_once()
    {
        var (context, errors) = SegmentTexts.Context("u-1", "region: eu\nage: 18\nshare: -1.5\ninternal: true\nversion: \"2\"\n\nid: 007\n");
        Assert.Empty(errors);
        Assert.Equal(("eu", 18L, -1.5, true, "2", "u-1"), (context["region"], context["age"], context["share"], context["internal"], context["version"], context["targetingKey"]));
        Assert.Equal(7.0, context["id"]);
        (_, errors) = SegmentTexts.Context(null, "region eu\ntargetingKey: u\na: 1\na: 2");
        Assert.Equal(["line 1: write name: value, such as region: eu", "line 2: the user key has its own field", "line 4: 'a' is there twice"], errors.Select(error => error.Message));
    }

    [Fact]
    public void Keys_are_lines_without_the_space_around_them() => Assert.Equal(["a b", "c"], SegmentTexts.Keys(" a b \r\n\r\nc"));
}
