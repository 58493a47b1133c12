using System.Text.Json;
using Orchestrator.Faults.Recording;

namespace Orchestrator.Faults.Checking;

/// <summary>
/// A command that was sent three times is applied once; a rollout that is rolled back is not rolled back again; a "for" fires once.
/// </summary>
internal sealed record OneEffectForOneCause() : Invariant("one effect for one cause")
{
    private static readonly Dictionary<string, string> Effects = new(StringComparer.Ordinal)
    {
        ["start"] = "RolloutStarted",
        ["rollback"] = "RolledBack",
        ["restore"] = "RolloutRestored",
        ["pause"] = "RolloutPaused",
        ["resume"] = "RolloutResumed",
        ["create"] = "RolloutCreated",
    };

    public override long Cases(Evidence evidence) => evidence.Commands.LongLength + evidence.Rollbacks.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence) =>
        Commands(evidence).Concat(Ids(evidence)).Concat(evidence.Log.GroupBy(kept => kept.Stream).SelectMany(Alternating))
            .Concat(Firings(evidence));

    private static IEnumerable<string> Commands(Evidence evidence)
    {
        var effects = evidence.Log.ToLookup(kept => (kept.Correlation, kept.Type));
        return from command in evidence.Commands.DistinctBy(command => command.Id)
               let count = Effects.TryGetValue(command.Verb, out var type) ? effects[(command.Id, type)].Count() : 0
               where count > 1
               select $"{command.Verb} {command.Id} of {command.Rollout}, sent {command.Tries} times, was applied {count} times";
    }

    private static IEnumerable<string> Ids(Evidence evidence) =>
        evidence.Log.GroupBy(kept => kept.Id).Where(same => same.Skip(1).Any()).Select(same => $"event {same.Key} ({same.First().Type}) is in the log {same.Count()} times");

    private static IEnumerable<string> Alternating(IGrouping<string, Entry.Kept> stream)
    {
        Entry.Kept? rolledBack = null;
        foreach (var kept in stream)
        {
            if (kept.Type == "RolledBack")
            {
                if (rolledBack is not null)
                {
                    yield return $"{stream.Key} was rolled back at version {kept.Version}, though it was already rolled back at {rolledBack.Version} without a restore in between";
                }

                rolledBack = kept;
            }
            else if (kept.Type == "RolloutRestored")
            {
                rolledBack = null;
            }
        }
    }

    private static IEnumerable<string> Firings(Evidence evidence) =>
        from firing in evidence.Log.Where(kept => kept.Type == "TriggerFired")
            .GroupBy(kept => (kept.Stream, Trigger: Text(kept.Data, "trigger"), Since: Text(kept.Data, "since")))
        where firing.Skip(1).Any()
        select $"trigger {firing.Key.Trigger} of {firing.Key.Stream}, true since {firing.Key.Since}, fired {firing.Count()} times";

    private static string Text(string data, string name) =>
        JsonDocument.Parse(data).RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <summary>The state of a node equals the replay of its events.</summary>
internal sealed record ReplayIsLive() : Invariant("replayed state equals live state")
{
    public override long Cases(Evidence evidence) => evidence.Stood.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        foreach (var one in evidence.Stood.Where(one => one.Live != one.Replayed))
        {
            yield return $"{one.Node} holds {one.Rollout} as {one.Live}, but its events say {one.Replayed}";
        }

        foreach (var same in evidence.Stood.GroupBy(one => (one.Rollout, one.Version)))
        {
            foreach (var other in same.Where(one => one.Live != same.First().Live))
            {
                yield return $"{other.Node} and {same.First().Node} hold {same.Key.Rollout} differently at version {same.Key.Version}: {other.Live}; {same.First().Live}";
            }
        }
    }
}

/// <summary>No event was edited, dropped or reordered.</summary>
internal sealed record ChainsAreIntact() : Invariant("the hash chain verifies")
{
    public override long Cases(Evidence evidence) => evidence.Verified.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        var kept = evidence.Log.GroupBy(one => one.Stream).ToDictionary(stream => stream.Key, stream => stream.LongCount());
        foreach (var one in evidence.Verified)
        {
            if (!one.Intact)
            {
                yield return $"{one.Node} reports a broken chain of {one.Rollout}";
            }

            if (one.Events < kept.GetValueOrDefault("rollout/" + one.Rollout))
            {
                yield return $"{one.Node} verified {one.Events} events of {one.Rollout}, which has {kept["rollout/" + one.Rollout]}";
            }
        }
    }
}

/// <summary>Each channel gets every notification it subscribes to, at least once, each under one id.</summary>
internal sealed record NotificationsArrive() : Invariant("every notification arrives, under one id")
{
    public override long Cases(Evidence evidence) => evidence.Told.LongLength + Due(evidence).LongCount();

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        var heard = evidence.Told.Select(told => told.EventId).ToHashSet();
        foreach (var missing in Due(evidence).Where(kept => !heard.Contains(kept.Id)))
        {
            yield return $"no channel was notified of {missing.Type} at version {missing.Version} of {missing.Stream}";
        }

        foreach (var one in evidence.Told.GroupBy(told => (told.EventId, told.Escalated))
            .Where(same => same.Select(told => told.Id).Distinct().Skip(1).Any()))
        {
            yield return $"{one.First().Type} of {one.First().Rollout} was notified under several ids: {string.Join(", ", one.Select(told => told.Id).Distinct())}";
        }

        foreach (var one in evidence.Told.GroupBy(told => told.Id)
            .Where(same => same.Select(told => told.EventId).Distinct().Skip(1).Any()))
        {
            yield return $"{one.Key} was the id of several events: {string.Join(", ", one.Select(told => told.EventId).Distinct())}";
        }
    }

    private static IEnumerable<Entry.Kept> Due(Evidence evidence) =>
        from expected in evidence.Expected
        from kept in evidence.Log
        where kept.Stream == "rollout/" + expected.Rollout && expected.Types.Contains(kept.Type)
        select kept;
}
