using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>The hot path: one volatile read, one lookup, one hash, one read of the clock.</summary>
internal sealed class TableRouter(TableHolder holder) : IRolloutRouter
{
    private const string NoAnswer = "no request has ended yet";
    private const string CutText = "The orchestrator's log lost its end: its table is older than this one. "
        + "The table is stale until the log is restored or this process restarts.";

    [ThreadStatic]
    private static EvaluationContext? _keyOnly;

    public RouterStatus Status
    {
        get
        {
            var snapshot = holder.Current;
            var trust = snapshot.Trust();
            var left = trust.IsStale || snapshot.Grant is not { } grant ? TimeSpan.Zero : grant.For - grant.Since.Age(holder.Time);
            return new RouterStatus(
                Ready: snapshot.Table is not null,
                Stale: trust.IsStale,
                Environment: snapshot.Table?.Environment.Name,
                Timeline: snapshot.Table?.Timeline ?? 0,
                Position: snapshot.Table?.Position ?? 0,
                GrantLeft: left > TimeSpan.Zero ? left : TimeSpan.Zero,
                Problem: Problem(snapshot, trust) ?? holder.Failure);
        }
    }

    public IReadOnlyCollection<string> Flags => holder.Current.Table is { } table ? table.Flags.Keys : [];

    public RouteResult Route(string flag, RolloutUser user)
    {
        var snapshot = holder.Current;
        if (snapshot.Table is not { } table)
        {
            return RouteResult.NotReady;
        }

        if (table.Find(flag) is not { } entry)
        {
            return RouteResult.FlagNotFound;
        }

        var context = user.In(table.Environment);
        if (snapshot.IsPlain)
        {
            // Decide first, then check the grant: a pause in between makes the answer stale.
            var answer = Router.Route(table.Environment, entry, context);
            if (snapshot.IsValidNow())
            {
                Note(table.Environment, entry, answer.Variant, context);
                return new RouteResult(answer);
            }
        }

        return RouteInDoubt(entry, snapshot, context);
    }

    public RouteResult Route(string flag, string? userKey)
    {
        var snapshot = holder.Current;
        if (snapshot.Table is not { } table)
        {
            return RouteResult.NotReady;
        }

        if (table.Find(flag) is not { } entry)
        {
            return RouteResult.FlagNotFound;
        }

        var context = (_keyOnly ??= new EvaluationContext()).Begin(table.Environment).Key(userKey);
        if (snapshot.IsPlain)
        {
            var answer = Router.Route(table.Environment, entry, context);
            if (snapshot.IsValidNow())
            {
                Note(table.Environment, entry, answer.Variant, context);
                return new RouteResult(answer);
            }
        }

        return RouteInDoubt(entry, snapshot, context);
    }

    public string? SegmentOf(string flag, RolloutUser user)
    {
        if (holder.Current.Table is not { } table || !table.Flags.TryGetValue(flag, out var entry) || entry.Route is not { } route)
        {
            return null;
        }

        var context = user.In(table.Environment);
        foreach (var segments in (ReadOnlySpan<ImmutableArray<string>>)[route.TakenBack, route.Included, route.Judged])
        {
            foreach (var segment in segments)
            {
                if (Router.Belongs(table.Environment, segment, context) == true)
                {
                    return segment;
                }
            }
        }

        return null;
    }

    public string? SegmentsOf(string flag, RolloutUser user)
    {
        if (holder.Current.Table is not { } table || table.Find(flag) is not { Route: { } route } entry)
        {
            return null;
        }

        // A server that sends no judged segments accepts only one segment in a sample.
        return route.Judged.IsEmpty ? SegmentOf(flag, user) : Router.SegmentsOf(table.Environment, entry, user.In(table.Environment));
    }

    public async Task<bool> WaitUntilReadyAsync(TimeSpan limit, CancellationToken stop)
    {
        try
        {
            await holder.Ready.WaitAsync(limit, holder.Time, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>
    /// Answers as a node does that does not trust its table. Decides again when the grant ended meanwhile; a stale table has no
    /// grant to lose.
    /// </summary>
    private RouteResult RouteInDoubt(FlagEntry entry, TableSnapshot snapshot, EvaluationContext user)
    {
        while (true)
        {
            var trust = snapshot.Trust();
            var answer = Router.Route(snapshot.Table!.Environment, entry, user, trust);
            if (trust.IsStale || snapshot.IsValidNow())
            {
                Note(snapshot.Table!.Environment, entry, answer.Variant, user);
                return new RouteResult(answer);
            }
        }
    }

    /// <summary>By values: the address of an answer would keep it out of registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(EnvironmentTable environment, FlagEntry entry, Domain.Routing.RouteVariant variant, EvaluationContext user)
    {
        var people = holder.People;
        if (people != 0)
        {
            Router.NotePerson(environment, entry, variant, user, people);
        }
    }

    private string? Problem(TableSnapshot snapshot, TableTrust trust) =>
        snapshot.Cut is not null ? CutText
        : snapshot.Table is null ? $"No routing table yet: {holder.Failure ?? NoAnswer}."
        : trust.IsStale && snapshot.Grant is null ? $"The routing table is of an earlier start: {holder.Failure ?? NoAnswer}."
        : trust.IsStale ? $"The routing table was not confirmed in time: {holder.Failure ?? "the node is stale itself"}."
        : null;
}
