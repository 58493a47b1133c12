using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Dashboard.Assets;

namespace Orchestrator.Dashboard.Tests.Assets;

public sealed partial class StyleSheetTests
{
    /// <summary>Bytes on the wire, compressed: a first visit at night by phone loads them.</summary>
    private const int MostBytes = 6 * 1024;

    private static readonly string Css = Encoding.UTF8.GetString(new AssetFiles().Find("dash.css")!.Plain);

    private static readonly Dictionary<string, string[]> Colours = Colour().Matches(Css)
        .ToDictionary(match => match.Groups["name"].Value, match => new[] { match.Groups["light"].Value, match.Groups["dark"].Value });

    /// <summary>Texts and what they stand on. docs/dashboard-parts.md has the same table.</summary>
    public static TheoryData<string, string> Texts => new(Pairs(
        "ink: bg card sunk sepia-bg bad-bg warn-bg ok-bg", "dim: bg card sunk sepia-bg bad-bg warn-bg ok-bg band", "accent: bg card sunk sepia-bg bad-bg",
        "ok: card ok-bg", "warn: card warn-bg", "bad: bg card bad-bg", "none: card none-bg", "wait: wait-bg", "old: card", "sepia: sepia-bg", "white: fill danger prod"));

    /// <summary>Shapes with a meaning: borders of controls, the focus ring, lines of charts.</summary>
    public static TheoryData<string, string> Shapes => new(Pairs(
        "edge: bg card", "accent: bg card sunk band bad-bg sepia-bg", "old: card band", "bad: card band", "ok: card", "warn: card", "sepia: sepia-bg"));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Texts_have_the_contrast_of_WCAG_AA(string text, string ground) =>
        Assert.All(Contrasts(text, ground), ratio => Assert.True(ratio >= 4.5, $"{ratio:0.00}"));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Shapes_and_the_focus_ring_have_a_contrast_of_three(string shape, string ground) =>
        Assert.All(Contrasts(shape, ground), ratio => Assert.True(ratio >= 3, $"{ratio:0.00}"));

    [Fact]
    public void Files_are_small_and_load_nothing_else()
    {
        var files = new AssetFiles();
        var script = Encoding.UTF8.GetString(files.Find("live.js")!.Plain);

        Assert.InRange(files.Find("dash.css")!.Brotli.Length, 1, MostBytes);
        Assert.InRange(files.Find("live.js")!.Brotli.Length, 1, MostBytes);
        Assert.DoesNotContain("url(", Css);
        Assert.DoesNotContain("@import", Css);
        Assert.DoesNotMatch(Forbidden(), script);
    }

    /// <summary>Attributes of a style do not pass the policy; a text written as HTML would open the page to its author.</summary>
    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b|setAttribute\('style|https?://")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"--(?<name>[a-z-]+): light-dark\((?<light>#[0-9a-f]{6}), (?<dark>#[0-9a-f]{6})\)")]
    private static partial Regex Colour();

    private static IEnumerable<(string, string)> Pairs(params string[] lines) =>
        from line in lines let parts = line.Split(": ") from ground in parts[1].Split(' ') select (parts[0], ground);

    private static IEnumerable<double> Contrasts(string one, string other) => Enumerable.Range(0, 2).Select(theme =>
    {
        var (a, b) = (Luminance(Value(one, theme)), Luminance(Value(other, theme)));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    });

    private static string Value(string name, int theme) => name == "white" ? "#ffffff" : Colours[name][theme];

    /// <summary>Relative luminance, as WCAG 2.2 defines it.</summary>
    private static double Luminance(string colour)
    {
        var parts = Enumerable.Range(0, 3)
            .Select(i => int.Parse(colour.AsSpan((i * 2) + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToList();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }
}
