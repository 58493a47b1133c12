using System.Text.RegularExpressions;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Repository;

/// <summary>
/// One convention for the names of tests. A class is <c>SubjectTests</c> or <c>SubjectLaws</c>; an abstract one, which each implementation
/// inherits, is a <c>SubjectContract</c>. A method is a sentence of at most 80 characters, because reports cut longer ones.
/// </summary>
public sealed partial class TestNameTests
{
    private const int Longest = 80;
    private const int Indent = 4;
    private static readonly IReadOnlyList<Test> Tests = [.. Files().SelectMany(file => Read(file, File.ReadLines(file)))];

    [Fact]
    public void Classes_of_tests_are_named_after_their_subject()
    {
        var wrong = Tests.Where(test => !ClassName(test.IsAbstract).IsMatch(test.Class)).Select(test => $"{test.File}: {test.Class}").Distinct().ToList();

        Assert.True(wrong.Count == 0, $"Name these classes <Subject>Tests, <Subject>Laws or, if abstract, <Subject>Contract:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Names_of_tests_have_at_most_80_characters()
    {
        var wrong = Tests.Where(test => test.Name.Length > Longest).Select(test => $"{test.File}: {test.Name} ({test.Name.Length})").ToList();

        Assert.True(wrong.Count == 0, $"Shorten these names; the asserts say the rest:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Names_of_tests_name_their_actors()
    {
        var wrong = Tests.Where(test => Idiom().IsMatch(test.Name)).Select(test => $"{test.File}: {test.Name}").ToList();

        Assert.True(wrong.Count == 0, $"Say who acts, in plain words (docs/writing.md):\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Every_test_is_read_with_its_class()
    {
        var attributes = Files().SelectMany(File.ReadLines).Count(line => Attribute().IsMatch(line));

        Assert.Equal(attributes, Tests.Count);
        Assert.Contains(Tests, test => test is { Class: nameof(TestNameTests), Name: nameof(Every_test_is_read_with_its_class) });
    }

    [Theory]
    [InlineData("public sealed class Steps", false)]
    [InlineData("public sealed class After_a_restart", false)]
    [InlineData("public sealed class Laws", false)]
    [InlineData("public sealed class LogContract", false)]
    [InlineData("public abstract class LogContract", true)]
    [InlineData("public sealed class StepTests", true)]
    [InlineData("public class RouterLaws(Fixture fixture) : IClassFixture<Fixture>", true)]
    public void Convention_is_that_of_the_examples(string declaration, bool fits)
    {
        var test = Assert.Single(Read("Some.cs", [declaration, "{", "    [Fact]", "    public void One_is_one()", "    {"]));

        Assert.Equal("One_is_one", test.Name);
        Assert.Equal(fits, ClassName(test.IsAbstract).IsMatch(test.Class));
    }

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path.Combine(Samples.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    /// <summary>The tests of a file. Layout is enforced: the class of a member is the last one that begins an indent before it.</summary>
    private static IEnumerable<Test> Read(string file, IEnumerable<string> lines)
    {
        var classes = new Dictionary<int, (string Name, bool IsAbstract)>();
        var isTest = false;
        foreach (var line in lines)
        {
            if (Class().Match(line) is { Success: true } declared)
            {
                classes[declared.Groups["indent"].Length] =
                    (declared.Groups["name"].Value, declared.Groups["modifiers"].Value.Contains("abstract", StringComparison.Ordinal));
            }

            isTest |= Attribute().IsMatch(line);
            if (isTest && Method().Match(line) is { Success: true } method)
            {
                var (name, isAbstract) = classes[method.Groups["indent"].Length - Indent];
                yield return new Test(Path.GetRelativePath(Samples.Root, file), name, isAbstract, method.Groups["name"].Value);
                isTest = false;
            }
        }
    }

    private static Regex ClassName(bool isAbstract) => isAbstract ? ContractName() : TestsName();

    [GeneratedRegex(@"^(?<indent> *)(?<modifiers>(?:(?:public|internal|private|file|static|sealed|abstract|partial) )*)class (?<name>\w+)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^ *\[(?:Fact|Theory)\b")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^(?<indent> *)public [^=(]*?(?<name>\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]+(?:Tests|Laws)$")]
    private static partial Regex TestsName();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]+Contract$")]
    private static partial Regex ContractName();

    [GeneratedRegex("(?:^|_)(?:nobody|nobodys|somebody|whoever|anew|by_and_by)(?:_|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Idiom();

    private sealed record Test(string File, string Class, bool IsAbstract, string Name);
}
