using Orchestrator.Dashboard.Pages.Plans;

namespace Orchestrator.Dashboard.Tests.Plans;

public sealed class LineDiffTests
{
    [Fact]
    public void Changed_lines_come_with_those_around_them_and_the_rest_is_left_out()
    {
        var lines = LineDiff.Of("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nD\ne\nf\ng");
        Assert.Equal(
            ["Gap …", "Both b", "Both c", "Old d", "New D", "Both e", "Both f", "Gap …"], lines.Select(line => $"{line.Kind} {line.Text}"));
    }

    [Fact]
    public void Same_texts_have_no_line_also_with_other_line_ends() => Assert.Empty(LineDiff.Of("a\r\nb\r\n", "a\nb"));

    [Fact]
    public void Lines_of_each_side_are_its_text_for_every_pair_of_texts()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (old, now) = (Text(random), Text(random));
            var lines = LineDiff.Whole(old, now);
            Assert.True(Side(lines, DiffKind.Old) == old.TrimEnd('\n') && Side(lines, DiffKind.New) == now.TrimEnd('\n'), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Texts_that_differ_in_more_lines_than_are_matched_are_shown_one_after_the_other()
    {
        var (old, now) = (string.Join('\n', Enumerable.Range(0, 1500)), string.Join('\n', Enumerable.Range(5000, 1500)));
        var lines = LineDiff.Whole(old, now);
        Assert.Equal((old, now), (Side(lines, DiffKind.Old), Side(lines, DiffKind.New)));
    }

    private static string Side(IEnumerable<DiffLine> lines, DiffKind kind) =>
        string.Join('\n', lines.Where(line => line.Kind == DiffKind.Both || line.Kind == kind).Select(line => line.Text));

    /// <summary>Few different lines, so that texts have many in common.</summary>
    private static string Text(Random random) =>
        string.Join('\n', Enumerable.Range(0, random.Next(1, 40)).Select(_ => ((char)('a' + random.Next(4))).ToString()));
}
