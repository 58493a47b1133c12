namespace Orchestrator.Faults.Checking;

/// <summary>An acknowledged command, and an event on a stream, is never lost.</summary>
internal sealed record NothingAcknowledgedIsLost() : Invariant("no acknowledged event is lost")
{
    public override long Cases(Evidence evidence) =>
        evidence.Commands.LongCount(command => command.Acknowledged) + evidence.Noticed.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        var causes = evidence.Log.Select(kept => kept.Correlation).ToHashSet();
        var last = evidence.Log.GroupBy(kept => kept.Stream).ToDictionary(stream => stream.Key, stream => stream.Max(kept => kept.Version));
        foreach (var command in evidence.Commands.Where(command => command.Acknowledged))
        {
            if (!causes.Contains(command.Id))
            {
                yield return $"{command.Verb} {command.Id} of {command.Rollout} was answered with {command.Status} by {command.Node}, and no event of it is in the log";
            }

            if (command.Version is { } version && last.GetValueOrDefault("rollout/" + command.Rollout) < version)
            {
                yield return $"{command.Verb} {command.Id} was answered with version {version} of {command.Rollout}, which has no such version";
            }
        }

        var ids = evidence.Log.ToDictionary(kept => kept.Position, kept => kept.Id);
        foreach (var seen in evidence.Noticed.Where(seen => ids.GetValueOrDefault(seen.Position) != seen.Id).DistinctBy(seen => seen.Id))
        {
            yield return $"{seen.Node} streamed {seen.Type} {seen.Id} at position {seen.Position}, where the log has {ids.GetValueOrDefault(seen.Position) ?? "nothing"}";
        }
    }
}

/// <summary>Every stream counts 1, 2, 3, … in the order of positions.</summary>
internal sealed record VersionsWithoutGaps() : Invariant("stream versions are contiguous")
{
    public override long Cases(Evidence evidence) => evidence.Log.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence) =>
        from node in evidence.Logs
        from stream in node.Value.GroupBy(kept => kept.Stream)
        let versions = stream.OrderBy(kept => kept.Position).Select(kept => kept.Version)
        let wrong = versions.Select((version, i) => (Version: version, Due: i + 1L)).FirstOrDefault(pair => pair.Version != pair.Due)
        where wrong != default
        select $"{node.Key} reads version {wrong.Version} of {stream.Key} where {wrong.Due} is due";
}

/// <summary>All nodes read the same log.</summary>
internal sealed record OneLog() : Invariant("every node reads the same log")
{
    public override long Cases(Evidence evidence) => evidence.Logs.Count;

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        var log = evidence.Log.Select(kept => (kept.Position, kept.Id, kept.Hash)).ToHashSet();
        foreach (var (node, kept) in evidence.Logs)
        {
            var differing = kept.Select(one => (one.Position, one.Id, one.Hash)).ToHashSet();
            differing.SymmetricExceptWith(log);
            if (differing.Count > 0)
            {
                yield return $"{node} reads another log than the first node: {differing.Count} events differ, first at position {differing.Min(one => one.Position)}";
            }
        }
    }
}

/// <summary>The log's stream, resumed at the last position after each break, gives every event once and in order.</summary>
internal sealed record StreamsMissNothing() : Invariant("the stream of each node misses no event and repeats none")
{
    public override long Cases(Evidence evidence) => evidence.Noticed.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        foreach (var node in evidence.Noticed.GroupBy(seen => seen.Node.Split('/')[0]))
        {
            var seen = node.Select(one => one.Position).ToArray();
            if (seen.Zip(seen.Skip(1)).FirstOrDefault(pair => pair.Second <= pair.First) is { Second: > 0 } back)
            {
                yield return $"{node.Key} streamed position {back.Second} after {back.First}";
            }

            var missing = evidence.Log.Where(kept => kept.Position > seen.Min() && kept.Position < seen.Max()).Select(kept => kept.Position)
                .Except(seen).ToArray();
            if (missing.Length > 0)
            {
                yield return $"{node.Key} never streamed {missing.Length} events, the first at position {missing[0]}";
            }
        }
    }
}
