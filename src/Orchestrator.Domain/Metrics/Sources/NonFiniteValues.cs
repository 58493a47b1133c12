namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>NaN and infinite values in an answer: no measurement for their target, without effect on the others.</summary>
internal static class NonFiniteValues
{
    /// <summary>The sentence about an answer without a single number; null when there is one.</summary>
    public static string? Fault(Scrape scrape) =>
        scrape.Points.All(scraped => !double.IsFinite(scraped.Point.Value)) ? Count(scrape) : null;

    /// <summary>Addition to the sentence about an answer: the targets without a number; empty when all gave one.</summary>
    public static string Missing(Scrape scrape) =>
        scrape.Points.All(scraped => double.IsFinite(scraped.Point.Value)) ? "" : "; " + Count(scrape);

    private static string Count(Scrape scrape)
    {
        var targets = scrape.Points.Select(scraped => scraped.Point.Target).Distinct().Count();
        var mute = scrape.Points.Where(scraped => !double.IsFinite(scraped.Point.Value)).ToList();
        return targets == scrape.Points.Length
            ? $"{mute.Count} of {targets} instances gave no number"
            : $"{mute.Count} of {scrape.Points.Length} series gave no number";
    }
}
