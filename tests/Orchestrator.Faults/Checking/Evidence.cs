using Orchestrator.Faults.Recording;

namespace Orchestrator.Faults.Checking;

/// <summary>A recording, sorted for the checks.</summary>
internal sealed class Evidence
{
    public Evidence(IReadOnlyList<Entry> entries)
    {
        Answers = [.. entries.OfType<Entry.Answered>()];
        Unanswered = [.. entries.OfType<Entry.Unanswered>()];
        Commands = [.. entries.OfType<Entry.Commanded>()];
        Noticed = [.. entries.OfType<Entry.Noticed>()];
        Told = [.. entries.OfType<Entry.Told>()];
        Expected = [.. entries.OfType<Entry.Expected>()];
        Faults = [.. entries.OfType<Entry.Happened>()];
        Logs = entries.OfType<Entry.Kept>().GroupBy(kept => kept.Node).ToDictionary(node => node.Key, node => node.ToArray());
        Verified = [.. entries.OfType<Entry.Verified>()];
        Stood = [.. entries.OfType<Entry.Stood>()];
        Walked = [.. entries.OfType<Entry.Walked>()];
        Log = Logs.Count == 0 ? [] : [.. Logs.MinBy(node => node.Key, StringComparer.Ordinal).Value.OrderBy(kept => kept.Position)];
        Rollbacks = [.. Log.Where(kept => kept.Type == "RolledBack").Select(Interval)];
    }

    public Entry.Answered[] Answers { get; }

    public Entry.Unanswered[] Unanswered { get; }

    public Entry.Commanded[] Commands { get; }

    public Entry.Noticed[] Noticed { get; }

    public Entry.Told[] Told { get; }

    public Entry.Expected[] Expected { get; }

    public Entry.Happened[] Faults { get; }

    public Entry.Verified[] Verified { get; }

    public Entry.Stood[] Stood { get; }

    public Entry.Walked[] Walked { get; }

    /// <summary>The log of each node at the end.</summary>
    public IReadOnlyDictionary<string, Entry.Kept[]> Logs { get; }

    /// <summary>The log of the first node, by position. A check compares it with the others.</summary>
    public Entry.Kept[] Log { get; }

    /// <summary>Periods in which all users of a rollout had to be on legacy.</summary>
    public Rollback[] Rollbacks { get; }

    private Rollback Interval(Entry.Kept rolledBack)
    {
        // It was committed at the latest at its first trace outside: a response or a stream event, whichever was first.
        var heard = Commands.Where(c => c.Status == 200 && c.Verb == "rollback" && c.Id == rolledBack.Correlation).Select(c => c.T)
            .Concat(Noticed.Where(e => e.Id == rolledBack.Id).Select(e => e.T));
        var end = Log.FirstOrDefault(kept => kept.Stream == rolledBack.Stream && kept.Version > rolledBack.Version && kept.Type == "RolloutRestored");
        var restoring = end is null
            ? double.PositiveInfinity
            : Commands.Where(c => c.Verb == "restore" && c.Id == end.Correlation).Select(c => c.Asked).DefaultIfEmpty(0).Min();
        return new Rollback(
            rolledBack.Stream["rollout/".Length..], rolledBack.Position, heard.DefaultIfEmpty(double.PositiveInfinity).Min(),
            rolledBack.Correlation,
            end?.Position ?? long.MaxValue, restoring);
    }
}

/// <summary>From a rollback to the restore that ends it.</summary>
/// <param name="Committed">Time at which its commit was known outside; infinite without such a trace.</param>
/// <param name="Restoring">Time at which the restore was sent; infinite without one.</param>
internal sealed record Rollback(string Rollout, long Position, double Committed, string? Command, long RestoredAt, double Restoring);
