using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Api.Rollouts.Series;

/// <summary>Query string of a read of series.</summary>
/// <param name="Metrics">Names that the plan reads; none for the list of metrics with samples.</param>
/// <param name="Variants">One or both.</param>
/// <param name="Traffic">Traffic of the samples; null for that of conditions which name none.</param>
/// <param name="Segment">Segment of the users; null for all together.</param>
/// <param name="From">Start of the range.</param>
/// <param name="To">End of the range.</param>
/// <param name="Resolution">Wanted length of a point.</param>
internal sealed record SeriesInput(
    string[] Metrics, Variant[] Variants, Traffic? Traffic, string? Segment, DateTimeOffset From, DateTimeOffset To, TimeSpan Resolution)
{
    /// <summary>Most series of one answer.</summary>
    public const int MostSeries = 16;

    /// <summary>Most known names in an error.</summary>
    private const int MostNames = 50;

    /// <summary>Range of a read without <c>from</c>.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    /// <summary>The read, or all errors of the query string.</summary>
    public static (SeriesInput? Input, ApiResult.Problem? Problem) Read(IQueryCollection query, RolloutState state, DateTimeOffset now)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        Add(query.OneOf<Variant>("variant", out var variant));
        Add(query.OneOf<Traffic>("traffic", out var traffic));
        Add(query.Id("segment", out var segment));
        Variant[] variants = variant is { } one ? [one] : [Variant.New, Variant.Legacy];
        var metrics = Names(query, state, variants.Length, errors);
        var to = query.TryGetValue("to", out var end) ? Instant("to", end.ToString(), errors) : now;
        var from = Start(query, to ?? now, errors);
        if (from is { } start && to is { } last && start >= last)
        {
            errors.Add(new InputError("from", $"must be before the end of the range, {last:u}, but is {start:u}"));
        }

        var resolution = state.Judgement.Window;
        if (query.TryGetValue("resolution", out var given)
            && (!Durations.TryParse(given.ToString(), out resolution) || resolution <= TimeSpan.Zero))
        {
            errors.Add(new InputError("resolution", $"must be a duration above 0 such as 1m, but is '{given}'"));
        }

        return errors.Count > 0
            ? (null, ApiResult.Invalid(errors.ToImmutable()))
            : (new SeriesInput(metrics, variants, traffic, segment, from!.Value, to!.Value, resolution), null);

        void Add(ApiResult.Problem? problem)
        {
            if (problem is not null)
            {
                errors.AddRange(problem.Errors);
            }
        }
    }

    private static string[] Names(
        IQueryCollection query, RolloutState state, int variants, ImmutableArray<InputError>.Builder errors)
    {
        if (!query.TryGetValue("metric", out var given))
        {
            return [];
        }

        string[] names = [.. given.SelectMany(text => (text ?? "").Split(',')).Select(name => name.Trim()).Distinct()];
        if (names.Length * variants > MostSeries)
        {
            errors.Add(new InputError(
                "metric", $"{names.Length} metrics of {variants} variants are {names.Length * variants} series; one answer has at most {MostSeries}"));
            return [];
        }

        var known = MetricNames.Of(state.Plan);
        var shown = string.Join(", ", known.Take(MostNames)) + (known.Length > MostNames ? ", …" : "");
        errors.AddRange(names.Where(name => !known.Contains(name))
            .Select(name => new InputError("metric", $"must be a metric that the plan reads ({shown}), but is '{name}'")));
        return names;
    }

    /// <summary>The time of <c>from</c>, or so long before the end.</summary>
    private static DateTimeOffset? Start(IQueryCollection query, DateTimeOffset to, ImmutableArray<InputError>.Builder errors)
    {
        if (!query.TryGetValue("from", out var given))
        {
            return Before(to, Usual);
        }

        return Durations.TryParse(given.ToString(), out var span) ? Before(to, span) : Instant("from", given.ToString(), errors, "1h");
    }

    private static DateTimeOffset Before(DateTimeOffset to, TimeSpan span) =>
        to - DateTimeOffset.MinValue <= span ? DateTimeOffset.MinValue : to - span;

    private static DateTimeOffset? Instant(
        string name, string text, ImmutableArray<InputError>.Builder errors, string? duration = null)
    {
        if (Instants.TryParse(text, out var instant))
        {
            return instant;
        }

        errors.Add(new InputError(
            name,
            $"must be an RFC 3339 time such as 2026-03-02T14:03:00Z{(duration is null ? "" : $" or a duration before the end such as {duration}")}, but is '{text}'"));
        return null;
    }
}
