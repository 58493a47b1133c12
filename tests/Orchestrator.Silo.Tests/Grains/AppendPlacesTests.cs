using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>One routine appends commands, and a restore appends before anything else runs.</summary>
public sealed partial class AppendPlacesTests
{
    private static readonly string[] Known = ["Orchestrator.Grains/Aggregates/CommandWriter.cs", "Orchestrator.Grains/Recovery/Restoration.cs"];

    [Fact]
    public void Two_places_append_to_the_log()
    {
        var root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src");
        var places = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Append().IsMatch(File.ReadAllText(Path.Combine(root, file))));
        Assert.Equal(Known, places.Order(StringComparer.Ordinal));
    }

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"\b_?(event)?log\.Append\(", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Append();
}
