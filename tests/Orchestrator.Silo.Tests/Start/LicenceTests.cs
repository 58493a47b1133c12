using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Start;

public sealed class LicenceTests
{
    [Fact]
    public void Every_package_of_the_lock_files_is_in_the_list_of_licences()
    {
        var root = Root();
        var listed = File.ReadLines(Path.Combine(root, "docs", "licences.md")).Where(line => line.StartsWith("| N", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToLookup(columns => columns[2], columns => columns[4]);
        var used = ((string[])["src", "tests", "samples", "bench"])
            .SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "packages.lock.json", SearchOption.AllDirectories))
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal)).SelectMany(Packages).ToHashSet();

        Assert.True(used.Count > 100, $"{used.Count} packages");
        var missing = used.Where(name => !listed.Contains(name)).Order().ToArray();
        Assert.True(missing.Length == 0, $"Not in docs/licences.md, run node eng/licences.mjs: {string.Join(", ", missing)}");
        Assert.All(listed.Where(one => used.Contains(one.Key)),
            one => Assert.All(one, licence => Assert.DoesNotContain("not said", licence, StringComparison.Ordinal)));
    }

    private static string[] Packages(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return
        [
            .. document.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
                .Where(package => package.Value.GetProperty("type").GetString() != "Project").Select(package => package.Name),
        ];
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
