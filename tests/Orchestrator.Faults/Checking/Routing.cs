using System.Globalization;

namespace Orchestrator.Faults.Checking;

/// <summary>
/// A request that was sent later than commit + bound and is answered <c>new</c> breaks the promise for certain; an answer that only arrived
/// later may have been on its way, and is a figure (<see cref="Figures"/>).
/// </summary>
internal sealed record NoNewAfterRollback(TimeSpan Bound) : Invariant("no `new` after commit + lease + 1 s")
{
    public override long Cases(Evidence evidence) => evidence.Rollbacks.LongCount(rollback => double.IsFinite(rollback.Committed));

    public override IEnumerable<string> Violations(Evidence evidence) =>
        from rollback in evidence.Rollbacks
        let deadline = rollback.Committed + Bound.TotalSeconds
        from answer in evidence.Answers
        where answer.Rollout == rollback.Rollout && answer.Variant == "new" && answer.Asked > deadline && answer.T < rollback.Restoring
        select string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.Node} answered {answer.User} `new` ({answer.Reason}, position {answer.Position}) to a request sent {answer.Asked - rollback.Committed:0.000} s after the rollback at position {rollback.Position} was committed");
}

/// <summary>An answer from a position at or after a rollback must follow it.</summary>
internal sealed record RollbackKnownMeansLegacy() : Invariant("no `new` from a table that holds the rollback")
{
    public override long Cases(Evidence evidence) => evidence.Rollbacks.Length;

    public override IEnumerable<string> Violations(Evidence evidence) =>
        from rollback in evidence.Rollbacks
        from answer in evidence.Answers
        where answer.Rollout == rollback.Rollout && answer.Variant == "new" && answer.Position >= rollback.Position
            && answer.Position < rollback.RestoredAt
        select $"{answer.Node} answered {answer.User} `new` ({answer.Reason}) from position {answer.Position}, though it was rolled back at {rollback.Position}";
}

/// <summary>Two requests, the second sent after the first was answered, never see the node's position fall.</summary>
internal sealed record PositionsNeverGoBack() : Invariant("the position of a node's process never falls")
{
    public override long Cases(Evidence evidence) => evidence.Answers.LongLength;

    public override IEnumerable<string> Violations(Evidence evidence)
    {
        foreach (var node in evidence.Answers.GroupBy(answer => answer.Node))
        {
            var arrived = node.OrderBy(answer => answer.T).ToArray();
            var (next, highest) = (0, 0L);
            foreach (var answer in node.OrderBy(answer => answer.Asked))
            {
                for (; next < arrived.Length && arrived[next].T < answer.Asked; next++)
                {
                    highest = Math.Max(highest, arrived[next].Position);
                }

                if (answer.Position < highest)
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{node.Key} answered from position {answer.Position} at {answer.T:0.000} s, after it had answered from {highest}");
                }
            }
        }
    }
}

/// <summary>A table is a function of the log. Staleness is the one thing a node may decide by itself, and its reason shows it.</summary>
internal sealed record SameAnswerEverywhere() : Invariant("the same user at the same position gets the same variant everywhere")
{
    public override long Cases(Evidence evidence) =>
        Known(evidence).Count(group => group.Select(answer => answer.Node).Distinct().Skip(1).Any());

    public override IEnumerable<string> Violations(Evidence evidence) =>
        from same in Known(evidence)
        let variants = same.GroupBy(answer => answer.Variant).ToArray()
        where variants.Length > 1
        select $"{same.Key.User} at position {same.Key.Position} of {same.Key.Rollout}: "
            + string.Join(", ", variants.Select(variant => $"{variant.Key} by {variant.First().Node} ({variant.First().Reason})"));

    private static IEnumerable<IGrouping<(string Rollout, long Position, string User), Recording.Entry.Answered>> Known(
        Evidence evidence) =>
        evidence.Answers.Where(answer => answer.Reason != "STALE").GroupBy(answer => (answer.Rollout, answer.Position, answer.User));
}

/// <summary>
/// What a node served at a position is what the journey of the user says for it, on every node, for the users whose journeys were read.
/// </summary>
internal sealed record JourneysAreWhatWasServed() : Invariant("a user's journey is what nodes served")
{
    public override long Cases(Evidence evidence) => Compared(evidence).LongCount();

    public override IEnumerable<string> Violations(Evidence evidence) =>
        from one in Compared(evidence)
        where one.Answer.Variant != one.Then.Variant
        select $"{one.Answer.Node} answered {one.Answer.User} `{one.Answer.Variant}` ({one.Answer.Reason}) at position {one.Answer.Position}, "
            + $"and the journey of {one.Then.Node} has `{one.Then.Variant}` since position {one.Then.Position}";

    private static IEnumerable<(Recording.Entry.Answered Answer, Recording.Entry.Walked Then)> Compared(Evidence evidence)
    {
        var journeys = evidence.Walked.GroupBy(walked => (walked.Rollout, walked.User)).ToDictionary(
            group => group.Key,
            group => group.GroupBy(walked => walked.Node).Select(node => node.OrderBy(walked => walked.Position).ToArray()).ToArray());
        foreach (var answer in evidence.Answers.Where(answer => answer.Reason != "STALE"))
        {
            foreach (var journey in journeys.GetValueOrDefault((answer.Rollout, answer.User), []))
            {
                if (journey.LastOrDefault(walked => walked.Position <= answer.Position) is { } then)
                {
                    yield return (answer, then);
                }
            }
        }
    }
}
