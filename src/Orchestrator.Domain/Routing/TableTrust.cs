using System.Collections.Frozen;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// Trust of a node in its table at one moment. The default is full trust; a stale node falls back to the policies of each flag, and a node
/// that returns from a stale time brings its users back gradually.
/// </summary>
public readonly record struct TableTrust
{
    /// <summary>Time after a stale time until all users are back.</summary>
    public static readonly TimeSpan Ramp = ReturnRamp.Length;

    private TableTrust(bool isStale, TimeSpan past, Share returned, FrozenSet<string>? unwatched) =>
        (IsStale, Past, Returned, Unwatched) = (isStale, past, returned, unwatched);

    /// <summary>The table is older than the lease.</summary>
    public bool IsStale { get; }

    /// <summary>Time past the lease, or its maximum while users return; zero when all are back.</summary>
    public TimeSpan Past { get; }

    /// <summary>Share of users that have returned; of interest while some have not.</summary>
    public Share Returned { get; }

    /// <summary>True while users return gradually after a stale time.</summary>
    public bool IsReturning => !IsStale && Past > TimeSpan.Zero;

    /// <summary>Rollouts that should be watched and are not; null for none.</summary>
    public FrozenSet<string>? Unwatched { get; }

    /// <summary>True when no answer changes by it.</summary>
    public bool IsPlain => Past <= TimeSpan.Zero && Unwatched is null;

    /// <summary>The trust in a table under a lease, at a moment.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cut">The moment at which the log was found to have lost its end; null for a log that has not.</param>
    public static TableTrust Of(TableLease lease, ClockReading now, ClockReading? cut = null)
    {
        var past = lease.Past(now, cut);
        return past > TimeSpan.Zero ? Stale(past)
            : lease.BackSince is { } back ? Returning(lease.WorstPast, back.Elapsed(now))
            : default;
    }

    /// <summary>A table that is older than the lease by this much, more than zero.</summary>
    public static TableTrust Stale(TimeSpan past) => new(true, past, Share.None, null);

    /// <summary>A table that has been fresh again for so long, after it had been stale to this much past the lease.</summary>
    public static TableTrust Returning(TimeSpan past, TimeSpan since) =>
        past <= TimeSpan.Zero || since >= Ramp ? default : new(false, past, ReturnRamp.Returned(since), null);

    /// <summary>The same, with unwatched rollouts.</summary>
    public TableTrust With(FrozenSet<string> unwatched) => new(IsStale, Past, Returned, unwatched.Count == 0 ? null : unwatched);

    internal FallbackDecision On(FlagEntry entry, EvaluationContext user)
    {
        if (entry.Route is not { Mode: RouteMode.Split } route)
        {
            return FallbackDecision.Table;
        }

        return (HasFallen(route) && !IsBack(entry, user)) || IsUnwatched(route) ? FallbackDecision.Legacy
            : IsStale ? FallbackDecision.Last : FallbackDecision.Table;
    }

    /// <summary>The same decision with a row for each doubt.</summary>
    internal FallbackDecision Explain(FlagEntry entry, EvaluationContext user, List<ExplainedRule> rows)
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

/// <summary>Basis of an answer.</summary>
internal enum FallbackDecision
{
    /// <summary>The table, without doubt.</summary>
    Table,

    /// <summary>The last known table, which may be too old.</summary>
    Last,

    /// <summary>No table: legacy is safe.</summary>
    Legacy,
}
