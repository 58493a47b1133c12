using System.Collections.Frozen;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// How sure a node is, at one moment, that its table still holds. The default is a node without doubt; a stale one falls back to what
/// each flag's policies say, and one that returns brings its users back by and by.
/// </summary>
public readonly record struct Standing
{
    /// <summary>How long it takes after a stale time until everyone is back.</summary>
    public static readonly TimeSpan Ramp = ReturnRamp.Length;

    private Standing(bool isStale, TimeSpan past, Share returned, FrozenSet<string>? unwatched) =>
        (IsStale, Past, Returned, Unwatched) = (isStale, past, returned, unwatched);

    /// <summary>The table is older than the lease.</summary>
    public bool IsStale { get; }

    /// <summary>How far past its lease the table is, or was at its worst while users come back; nought when all are back.</summary>
    public TimeSpan Past { get; }

    /// <summary>Share of users that have come back, in 1/1000 of a percent; of interest while some have not.</summary>
    public Share Returned { get; }

    /// <summary>Users are coming back by and by after a stale time.</summary>
    public bool IsReturning => !IsStale && Past > TimeSpan.Zero;

    /// <summary>Rollouts that should be watched and are not; null for none.</summary>
    public FrozenSet<string>? Unwatched { get; }

    /// <summary>Nothing changes an answer.</summary>
    public bool IsPlain => Past <= TimeSpan.Zero && Unwatched is null;

    /// <summary>The trust in a table under a lease, at a moment.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cut">The moment at which the log was found to have lost its end; null for a log that has not.</param>
    public static Standing Of(TableLease lease, ClockReading now, ClockReading? cut = null)
    {
        var past = lease.Past(now, cut);
        return past > TimeSpan.Zero ? Stale(past)
            : lease.BackSince is { } back ? Returning(lease.WorstPast, back.Elapsed(now))
            : default;
    }

    /// <summary>The table is older than the lease by this much, more than nought.</summary>
    public static Standing Stale(TimeSpan past) => new(true, past, Share.None, null);

    /// <summary>The table is fresh again, for so long now, after it had been stale to this much past the lease.</summary>
    public static Standing Returning(TimeSpan past, TimeSpan since) =>
        past <= TimeSpan.Zero || since >= Ramp ? default : new(false, past, ReturnRamp.Returned(since), null);

    /// <summary>The same, with rollouts that nobody watches.</summary>
    public Standing With(FrozenSet<string> unwatched) => new(IsStale, Past, Returned, unwatched.Count == 0 ? null : unwatched);

    internal Footing On(FlagEntry entry, EvaluationContext user)
    {
        if (entry.Route is not { Mode: RouteMode.Split } route)
        {
            return Footing.Table;
        }

        return (HasFallen(route) && !IsBack(entry, user)) || IsUnwatched(route) ? Footing.Legacy
            : IsStale ? Footing.Last : Footing.Table;
    }

    /// <summary>The same decision with a row for each doubt.</summary>
    internal Footing Explain(FlagEntry entry, EvaluationContext user, List<ExplainedRule> rows)
    {
        var route = entry.Route!;
        var past = Past == TimeSpan.MaxValue ? "never was fresh" : $"{Durations.Rounded(Past)} past its lease";
        if (IsStale)
        {
            rows.Add(new ExplainedRule($"stale table: {route.OnStale.Text}", HasFallen(route), past));
        }
        else if (HasFallen(route))
        {
            var place = entry.Place(entry.Returning, user);
            var saw = place >= 0 ? RuleText.Percent(Share.Of(place)) : $"no {entry.Route!.StickyBy ?? "targeting key"}";
            rows.Add(new ExplainedRule($"not yet back after a stale table: {RuleText.Percent(Returned)} are", !IsBack(entry, user), saw));
        }

        if (Unwatched?.Contains(route.Rollout) == true)
        {
            rows.Add(new ExplainedRule($"nobody watches: {(route.OnUnwatched == UnwatchedPolicy.Legacy ? "legacy" : "hold")}", IsUnwatched(route), route.Rollout));
        }

        return On(entry, user);
    }

    private bool HasFallen(RoutedFlag route) => Past > TimeSpan.Zero && route.OnStale.KeepLastFor is { } keep && Past > keep;

    private bool IsBack(FlagEntry entry, EvaluationContext user) =>
        !IsStale && Returned.Includes(entry.Place(entry.Returning, user));

    private bool IsUnwatched(RoutedFlag route) => route.OnUnwatched == UnwatchedPolicy.Legacy && Unwatched?.Contains(route.Rollout) == true;
}

/// <summary>What an answer rests on.</summary>
internal enum Footing
{
    /// <summary>The table, as always.</summary>
    Table,

    /// <summary>The last table known, which may be too old.</summary>
    Last,

    /// <summary>Nothing: legacy is safe.</summary>
    Legacy,
}
