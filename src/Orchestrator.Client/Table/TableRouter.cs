using System.Collections.Immutable;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>The hot path: one volatile read, one lookup, one hash, one look at the clock.</summary>
internal sealed class TableRouter(TableHolder holder) : IRouter
{
    [ThreadStatic]
    private static EvaluationContext? _keyOnly;

    public TableStatus Status
    {
        get
        {
            var held = holder.Current;
            var standing = held.Standing();
            var left = standing.IsStale || held.Grant is not { } grant ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, (grant.For - grant.Since.Age(holder.Time)).Ticks));
            return new TableStatus(
                held.Table is not null, standing.IsStale, held.Table?.Environment.Name, held.Table?.Timeline ?? 0, held.Table?.Position ?? 0, left, Problem(held, standing) ?? holder.Failure);
        }
    }

    public IReadOnlyCollection<string> Flags => holder.Current.Table is { } table ? table.Flags.Keys : [];

    public RouteResult Route(string flag, User user)
    {
        var held = holder.Current;
        if (held.Table is not { } table)
        {
            return RouteResult.Unknown;
        }

        if (table.Find(flag) is not { } entry)
        {
            return NotFound;
        }

        var context = user.In(table.Environment);
        if (held.IsPlain)
        {
            // Decided, and only then asked whether it may be said: a pause in between makes it stale.
            var answer = Router.Route(table.Environment, entry, context);
            if (held.HoldsNow())
            {
                return new RouteResult(answer);
            }
        }

        return Doubtful(entry, held, context);
    }

    public RouteResult Route(string flag, string? userKey)
    {
        var held = holder.Current;
        if (held.Table is not { } table)
        {
            return RouteResult.Unknown;
        }

        if (table.Find(flag) is not { } entry)
        {
            return NotFound;
        }

        var context = (_keyOnly ??= new EvaluationContext()).Begin(table.Environment).Key(userKey);
        if (held.IsPlain)
        {
            var answer = Router.Route(table.Environment, entry, context);
            if (held.HoldsNow())
            {
                return new RouteResult(answer);
            }
        }

        return Doubtful(entry, held, context);
    }

    public string? SegmentOf(string flag, User user)
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

    public string? SegmentsOf(string flag, User user)
    {
        if (holder.Current.Table is not { } table || table.Find(flag) is not { Route: { } route } entry)
        {
            return null;
        }

        // A server that says nothing of judged segments takes one segment of a sample only.
        return route.Judged.IsEmpty ? SegmentOf(flag, user) : Router.SegmentsOf(table.Environment, entry, user.In(table.Environment));
    }

    public async Task<bool> WaitUntilReady(TimeSpan limit, CancellationToken stop)
    {
        try
        {
            await holder.Ready.WaitAsync(limit, holder.Time, stop);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static RouteResult NotFound => new(new RouteAnswer(null, RouteVariant.None, RouteReason.Error, Domain.Routing.RouteError.FlagNotFound));

    /// <summary>As a node in doubt answers. One that finds its grant run out meanwhile decides again; a stale one has nothing to lose.</summary>
    private static RouteResult Doubtful(FlagEntry entry, Held held, EvaluationContext user)
    {
        while (true)
        {
            var standing = held.Standing();
            var answer = Router.Route(held.Table!.Environment, entry, user, standing);
            if (standing.IsStale || held.HoldsNow())
            {
                return new RouteResult(answer);
            }
        }
    }

    private string? Problem(Held held, Standing standing) =>
        held.Cut is not null ? "The server's log lost its end: its table is older than this one. Stale until it is restored properly or this process starts again."
        : held.Table is null ? $"No table has come yet: {holder.Failure ?? "nobody was asked"}."
        : standing.IsStale && held.Grant is null ? $"The table is of an earlier start: {holder.Failure ?? "nobody was asked yet"}."
        : standing.IsStale ? $"The table was not confirmed in time: {holder.Failure ?? "the node is stale itself"}."
        : null;
}
