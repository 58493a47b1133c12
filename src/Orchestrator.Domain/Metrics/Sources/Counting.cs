using System.Globalization;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Metrics.Sources;

/// <summary>
/// The growth of counters and histograms that are counted together: in a round all of them count, or an unknown one is named as
/// unmeasured, so that no ratio reads it as 0. See docs/sources.md.
/// </summary>
/// <param name="growths">Former values of counters.</param>
/// <param name="restarts">Restarts of processes.</param>
/// <param name="sampling">Interval at which samples are expected.</param>
/// <param name="speed">Orchestrator milliseconds in one of the source's.</param>
internal sealed class Counting(Growths growths, Restarts restarts, TimeSpan sampling, double speed)
{
    public const long MostGrowth = 1_000_000_000_000_000;

    /// <summary>
    /// Sampling periods that a counter waits for one whose query fails: shorter than the time after which absence counts.
    /// </summary>
    private const int MostHeldPeriods = 3;

    /// <summary>
    /// Sampling periods that it waits for one whose scrape is only late. After them a slower scrape catches up by itself.
    /// </summary>
    private const int MostLatePeriods = 2;

    private readonly Dictionary<(SeriesAudience Audience, string Series), long> _whole = [];

    /// <summary>Findings for the queries of one audience that are counted together, in their order.</summary>
    public IReadOnlyList<QueryFinding> Count(string link, IReadOnlyList<Scrape> scrapes)
    {
        var silent = Silent(scrapes);
        var faults = scrapes.ToDictionary(scrape => scrape, Fault);
        var looks = scrapes.Where(scrape => faults[scrape] is null)
            .ToDictionary(scrape => scrape,
                scrape => growths.Look(Key(scrape.Query), [.. scrape.Points.Where(scraped => !silent.Contains(scraped.Point.Target))]));
        var behind = Behind(looks);
        var lost = scrapes.Where(scrape => faults[scrape] is { Empty: false }).ToList();
        var awaited = lost.Count > 0 ? lost : behind;
        var now = scrapes.Max(scrape => scrape.At);
        if (awaited.Count == 0 && now > 0)
        {
            _whole[(scrapes[0].Query.Audience, link)] = now;
        }
        else if (awaited.Count > 0 && scrapes.Count > 1
            && IsHeld((scrapes[0].Query.Audience, link), now, lost.Count > 0 ? MostHeldPeriods : MostLatePeriods))
        {
            var names = string.Join(" and ", awaited.Select(scrape => scrape.Query.Series.Name));
            return [.. scrapes.Select(scrape => faults[scrape] is { } fault
                ? QueryFinding.Nothing(scrape.Query, QueryState.Failing, fault.Text)
                : QueryFinding.Nothing(scrape.Query, QueryState.Waiting, $"held back until {names} is measured as well: they are counted together"))];
        }

        var unclear = Unclear(looks);
        var unmeasured = scrapes.Where(scrape => faults[scrape] is not null || unclear.ContainsKey(scrape))
            .Select(scrape => scrape.Query.Series.Name).ToArray();
        var found = scrapes.Select(scrape => faults[scrape] is { } fault
            ? QueryFinding.Nothing(scrape.Query, QueryState.Failing, fault.Text)
            : unclear.TryGetValue(scrape, out var target)
                ? QueryFinding.Nothing(scrape.Query, QueryState.Waiting, $"the counters of {target} may have continued or restarted, which gives different growth: no evidence in this round")
                : Grown(scrape, looks[scrape]) with { Unmeasured = unmeasured }).ToList();
        foreach (var scrape in scrapes.Where(scrape => faults[scrape] is not { Empty: false }))
        {
            growths.Keep(Key(scrape.Query), [.. scrape.Points.Where(scraped => double.IsFinite(scraped.Point.Value))], silent);
        }

        // Others have counted on without them: their growth until they are back belongs to no requests that still count.
        foreach (var scrape in looks.Count > 0 ? lost : [])
        {
            growths.Forget(Key(scrape.Query));
        }

        return found;
    }

    /// <summary>Key of a query in the memory of growth.</summary>
    public static string Key(SourceQuery query) => $"{query.Series.Name}\n{query.Text}";

    /// <summary>Targets without a number for a counter: none of theirs counts until they have one.</summary>
    private static HashSet<string> Silent(IReadOnlyList<Scrape> scrapes) =>
        [.. scrapes.Where(scrape => scrape.Points.Any(scraped => double.IsFinite(scraped.Point.Value)))
        .SelectMany(scrape => scrape.Points).Where(scraped => !double.IsFinite(scraped.Point.Value))
        .Select(scraped => scraped.Point.Target)];

    /// <summary>Queries whose newest scrape is still to come, while others already have theirs.</summary>
    private static List<Scrape> Behind(Dictionary<Scrape, List<GrowthStep>> looks) =>
        looks.Values.Any(steps => steps.Exists(step => step.Kind == GrowthKind.Grew))
            ? [.. looks.Where(look => look.Value.Count > 0 && look.Value.TrueForAll(step => step.Kind == GrowthKind.Same))
                .Select(look => look.Key)]
            : [];

    /// <summary>Queries with a counter of unknown growth, though its target is no newcomer; with that target.</summary>
    private static Dictionary<Scrape, string> Unclear(Dictionary<Scrape, List<GrowthStep>> looks)
    {
        var known = looks.Values.SelectMany(steps => steps).Where(step => step.Kind is GrowthKind.Grew or GrowthKind.Same)
            .Select(step => step.Scraped.Point.Target).ToHashSet();
        var unclear = new Dictionary<Scrape, string>();
        foreach (var (scrape, steps) in looks)
        {
            foreach (var step in steps.Where(
                step => step.Kind == GrowthKind.Unclear || (step.Kind == GrowthKind.Stands && known.Contains(step.Scraped.Point.Target))))
            {
                unclear.TryAdd(scrape, step.Scraped.Point.Labels is { Length: > 0 } labels ? "{" + labels + "}" : "the answer");
            }
        }

        return unclear;
    }

    private bool IsHeld((SeriesAudience, string) link, long now, int periods)
    {
        if (!_whole.TryGetValue(link, out var since) && now > 0)
        {
            _whole[link] = since = now;
        }

        return (now - since) * speed <= periods * sampling.TotalMilliseconds;
    }

    private (string Text, bool Empty)? Fault(Scrape scrape)
    {
        var query = scrape.Query;
        if (scrape.Points.IsEmpty && scrape.Error is null)
        {
            return query.Series.EmptyIsZero ? null : ("the answer is empty: no series matches", true);
        }

        var text = scrape.Error ?? Stale(scrape, sampling, speed) ?? NonFiniteValues.Fault(scrape);
        if (text is null
            && scrape.Points.Any(scraped => scraped.Point.Value is < 0 or > MostGrowth && double.IsFinite(scraped.Point.Value)))
        {
            text = "a value is negative or above 10^15, which no counter can be";
        }

        if (text is null && query.Series.Shape == SourceShape.Histogram)
        {
            text = scrape.Points.Any(scraped => scraped.Point.Le is null) ? "there is no label le: query the _bucket series, and keep le"
                : scrape.Points.All(scraped => !double.IsFinite(scraped.Point.Le!.Value)) ? "there is no bucket but +Inf: query all of them"
                : null;
        }

        if (text is null && scrape.Starts is { Error: { } unknown } && restarts.Knows(scrape.Points))
        {
            // Without it the growth of a new process would count as that of the old one; it counts in a later round.
            text = $"{ProcessStarts.Series} of its targets is not known in this round: {unknown}";
        }

        return text is null ? null : (text, false);
    }

    /// <summary>The sentence about an answer whose newest value is too old; null for a fresh one.</summary>
    public static string? Stale(Scrape scrape, TimeSpan sampling, double speed)
    {
        var age = (scrape.At - scrape.Points.Max(scraped => scraped.At)) * speed;
        return age > 4 * sampling.TotalMilliseconds ? string.Create(CultureInfo.InvariantCulture, $"the newest value is {age / 1000:0} s old") : null;
    }

    private static QueryFinding Grown(Scrape scrape, List<GrowthStep> steps)
    {
        var grown = steps.Where(step => step.Kind == GrowthKind.Grew).ToList();
        if (grown.Count == 0)
        {
            return scrape.Points.IsEmpty ? new QueryFinding(scrape.Query)
                : QueryFinding.Nothing(scrape.Query, QueryState.Waiting, "growth needs two scrapes, and there was none since the last round");
        }

        var parts = grown.GroupBy(step => step.From).Select(since => new FoundGrowth(since.Key,
            scrape.Query.Series.Shape == SourceShape.Histogram ? Buckets.Of(since) : [(null, since.Sum(step => step.Growth))])).ToList();
        var sum = parts.Sum(part => part.Counts.Sum(count => (double)count.Count));
        return sum > MostGrowth
            ? QueryFinding.Nothing(scrape.Query, QueryState.Failing, "its counters grew by more than 10^15 together, which no counter does")
            : new QueryFinding(scrape.Query)
            {
                Growth = parts,
                At = grown.Max(step => step.Scraped.At),
                Outcome = new QueryOutcome(scrape.Query, QueryState.Ok, string.Create(CultureInfo.InvariantCulture, $"grew by {sum:0}{NonFiniteValues.Missing(scrape)}")),
            };
    }
}
