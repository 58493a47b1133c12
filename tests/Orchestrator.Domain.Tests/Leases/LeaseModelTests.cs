using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Orchestrator.Domain.Tests.Leases;

/// <summary>The model that spin checks names the code that it models; a name that is gone means that the model may be, too.</summary>
public sealed partial class LeaseModelTests
{
    [Fact]
    public void The_model_names_members_that_exist()
    {
        var root = Root();
        var named = File.ReadAllLines(Path.Combine(root, "docs", "lease", "lease.pml")).Where(line => line.Contains("code: ", StringComparison.Ordinal))
            .SelectMany(line => Member().Matches(line[line.IndexOf("code: ", StringComparison.Ordinal)..])).ToArray();

        Assert.True(named.Length >= 10);
        Assert.All(named, one =>
        {
            var declares = new Regex($@"\b(class|record|struct) {one.Groups[1].Value}\b");
            Assert.Contains(
                Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText),
                text => declares.IsMatch(text) && text.Contains($" {one.Groups[2].Value}", StringComparison.Ordinal));
        });
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    [GeneratedRegex(@"\b([A-Z]\w+)\.([A-Z]\w+)\b")]
    private static partial Regex Member();
}
