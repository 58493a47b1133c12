using System.Text.RegularExpressions;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Repository;

/// <summary>Documents lead where they say: a file that moved or a heading that changed breaks its links here.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] NotOurs = ["node_modules", "bin", "obj", "artifacts", ".git"];

    [Fact]
    public void Every_link_of_a_document_leads_to_a_file_and_a_heading()
    {
        var documents = Directory.EnumerateFiles(Samples.Root, "*.md", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Samples.Root, file).Split(Path.DirectorySeparatorChar).Any(part => NotOurs.Contains(part)))
            .ToDictionary(file => file, file => Fence().Replace(File.ReadAllText(file), ""));
        var headings =
            documents.ToDictionary(d => d.Key, d => Heading().Matches(d.Value).Select(m => Anchor(m.Groups[1].Value)).ToHashSet());

        var broken = documents.SelectMany(d => Link().Matches(d.Value).Select(link => (From: d.Key, To: link.Groups[1].Value)))
            .Where(link => !link.To.Contains(':') && !Leads(link.From, link.To, headings))
            .Select(link => $"{Path.GetRelativePath(Samples.Root, link.From)} leads to {link.To}")
            .ToList();

        Assert.True(headings.Count > 20, $"Only {headings.Count} documents were found under {Samples.Root}.");
        Assert.True(broken.Count == 0, $"Links without a target; name the new file or heading:\n{string.Join('\n', broken)}");
    }

    private static bool Leads(string from, string link, Dictionary<string, HashSet<string>> headings)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? from : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from)!, parts[0]));
        var isThere = File.Exists(target) || Directory.Exists(target);
        return isThere && (parts.Length == 1 || !headings.TryGetValue(target, out var known) || known.Contains(parts[1]));
    }

    /// <summary>The anchor that GitHub gives a heading.</summary>
    private static string Anchor(string heading) =>
        Odd().Replace(LinkText().Replace(heading, "$1").Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?:\]\(|src=""|href="")([^)\s""]+)[)""]")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Odd();
}
