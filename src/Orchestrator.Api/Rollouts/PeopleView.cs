using Orchestrator.Domain.People;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Rollouts;

/// <summary>
/// Counted users of a rollout as the API shows them, from this node's memory. Where none were counted, or not all could be, there is no
/// number and a reason.
/// </summary>
/// <param name="Numbers">The numbers; null for none.</param>
/// <param name="Reason">Reason for no number; null where there is one.</param>
internal sealed record PeopleView(object? Numbers, string? Reason)
{
    /// <summary>Standard error of an estimate (<see cref="PeopleSketch.Error"/>), rounded up.</summary>
    private const double Error = 0.02;

    /// <summary>The view of a past moment.</summary>
    public static PeopleView OfPast { get; } = None("Users are counted for the present only.");

    /// <summary>The counts of a rollout, with segments, hours and sources.</summary>
    /// <param name="keeper">This node's counts.</param>
    /// <param name="state">State of the rollout.</param>
    /// <param name="now">Orchestrator time.</param>
    public static PeopleView Of(PeopleKeeper keeper, RolloutState state, DateTimeOffset now)
    {
        if (keeper.Of(state.Environment, state.Plan.Flag, state.Id) is not { } tally)
        {
            return NotDeciding;
        }

        var counts = tally.Counts();
        var day = counts.Day;
        if (Lack(day) is { } lack)
        {
            return lack;
        }

        var (total, @new, legacy) = day.All;
        var (from, to) = (day.From, End(day, now));
        var sources = keeper.Sources();
        return new PeopleView(
            new
            {
                total,
                @new,
                legacy,
                bySegment = BySegment(day),
                from,
                to,
                error = Error,
                hour = Window(counts.Hour, now),
                lastHour = counts.LastHour is { } last ? Window(last, now) : null,
                sources = new
                {
                    nodes = sources.Nodes,
                    missing = sources.Missing.Select(node => new { node.Id, node.Role }),
                    clients = day.Processes,
                    text = Text(sources, day.Processes),
                },
            },
            null);
    }

    /// <summary>The numbers alone, for a list of many rollouts.</summary>
    /// <param name="keeper">This node's counts.</param>
    /// <param name="state">State of the rollout.</param>
    /// <param name="now">Orchestrator time.</param>
    public static PeopleView Brief(PeopleKeeper keeper, RolloutState state, DateTimeOffset now) =>
        Brief(keeper, new FlagPlace(state.Environment, state.Plan.Flag), state.Id, now);

    /// <summary>The same of a rollout, in memory or not.</summary>
    public static PeopleView Brief(PeopleKeeper keeper, FlagPlace place, string rollout, DateTimeOffset now)
    {
        if (keeper.Of(place.Environment, place.Flag, rollout) is not { } tally)
        {
            return NotDeciding;
        }

        var day = tally.Brief();
        return Lack(day) ?? new PeopleView(
            new
            {
                day.All.Total,
                day.All.New,
                day.All.Legacy,
                day.From,
                to = End(day, now),
                error = Error,
                missing = keeper.Sources().Missing.Length,
            },
            null);
    }

    /// <summary>Users of one segment of a rollout; null where none were counted, or not all could be.</summary>
    /// <param name="keeper">This node's counts.</param>
    /// <param name="place">Its environment and flag.</param>
    /// <param name="rollout">Id of the rollout.</param>
    /// <param name="segment">Key of the segment.</param>
    /// <param name="now">Orchestrator time.</param>
    public static object? OfSegment(PeopleKeeper keeper, FlagPlace place, string rollout, string segment, DateTimeOffset now)
    {
        if (keeper.Of(place.Environment, place.Flag, rollout) is not { } tally)
        {
            return null;
        }

        var day = tally.Counts().Day;
        return Lack(day) is null && day.BySegment.FirstOrDefault(one => one.Segment == segment) is { } found
            ? new
            {
                found.Users.Total,
                found.Users.New,
                found.Users.Legacy,
                all = day.All.Total,
                day.From,
                to = End(day, now),
                error = Error,
                missing = keeper.Sources().Missing.Length,
            }
            : null;
    }

    private static PeopleView NotDeciding { get; } = None("The rollout does not decide its flag, so no users are counted.");

    private static PeopleView? Lack(PeopleWindow day) => day.Refused
        ? None($"Not all users were counted: the bound of {PeopleRoom.Most} sketches on this node is reached.")
        : day.All.Total == 0 ? None("No evaluation with a targeting key was counted yet.")
        : null;

    private static PeopleView None(string reason) => new(null, reason);

    private static object Window(PeopleWindow window, DateTimeOffset now) => new
    {
        window.All.Total,
        window.All.New,
        window.All.Legacy,
        bySegment = BySegment(window),
        window.From,
        to = End(window, now),
    };

    private static IEnumerable<object> BySegment(PeopleWindow window) =>
        window.BySegment.Select(one => new { one.Segment, one.Users.Total, one.Users.New, one.Users.Legacy });

    private static DateTimeOffset End(PeopleWindow window, DateTimeOffset now) =>
        now >= window.To ? window.To : now < window.From ? window.From : now;

    private static string Text(PeopleSources sources, long clients)
    {
        var counted = $"Users with a targeting key who were evaluated on {Nodes(sources.Nodes.Length)} or in {Processes(clients)} of the .NET client that push metrics.";
        var missing = sources.Missing.IsEmpty ? ""
            : $" Not counted: users of {string.Join(", ", sources.Missing.Select(node => $"{node.Id} ({node.Role})"))}.";
        return counted + missing + (sources.Known ? "" : " The other nodes of the cluster are not known at the moment.");
    }

    private static string Nodes(int count) => count == 1 ? "1 node" : $"{count} nodes";

    private static string Processes(long count) => count == 1 ? "1 process" : $"{count} processes";
}
