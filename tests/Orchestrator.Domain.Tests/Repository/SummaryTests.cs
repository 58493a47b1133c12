using System.Text.RegularExpressions;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Repository;

/// <summary>
/// Doc comments of the product begin with a noun or a verb: "Age of the reading" and not "How old the reading is". They name the actor.
/// </summary>
public sealed partial class SummaryTests
{
    [Fact]
    public void No_doc_comment_begins_with_a_question_word() => Assert.Empty(Sources().SelectMany(
        source => QuestionFirst().Matches(source.Text).Select(match => $"{source.Name}: {match.Value}")));

    [Fact]
    public void No_line_hides_the_actor_or_uses_an_idiom() => Assert.Empty(Sources().SelectMany(
        source => Idiom().Matches(source.Text).Select(match => $"{source.Name}: {match.Value}")));

    private static IEnumerable<(string Name, string Text)> Sources() =>
        from file in Directory.EnumerateFiles(Path.Combine(Samples.Root, "src"), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select (Path.GetRelativePath(Samples.Root, file), File.ReadAllText(file));

    /// <summary>The text may begin on the line of the tag or on the next.</summary>
    [GeneratedRegex(@"<(?:summary|returns|remarks|value|(?:param|typeparam|exception)\b[^>]*)>\s*(?:///\s*)?(?:What|Whether|Who|Whose|How|That)\b[^\r\n]*")]
    private static partial Regex QuestionFirst();

    /// <summary>"nobody watches" is the name of a fact, and the names of locals are no text.</summary>
    [GeneratedRegex(@"(?:\bwhoever|\bsomebody|\banybody|\bnobody(?! watches)|\bhears? of|\bby and by|\bnought|\bto and fro|\b(?:is|are|was|were) told)\b[^\r\n]*", RegexOptions.IgnoreCase)]
    private static partial Regex Idiom();
}
