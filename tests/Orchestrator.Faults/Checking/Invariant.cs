namespace Orchestrator.Faults.Checking;

/// <summary>Something that holds whatever happens.</summary>
/// <param name="Name">What it says.</param>
internal abstract record Invariant(string Name)
{
    /// <summary>How many things in the recording it can be told by; 0 is no proof of anything.</summary>
    public abstract long Cases(Evidence evidence);

    /// <summary>Each violation as a sentence.</summary>
    public abstract IEnumerable<string> Violations(Evidence evidence);
}

/// <summary>What became of one invariant.</summary>
internal sealed record Finding(string Invariant, long Cases, IReadOnlyList<string> Violations)
{
    public bool Clean => Violations.Count == 0;
}

/// <summary>Judges a recording afterwards. Pure.</summary>
internal static class Checker
{
    private const int Shown = 20;

    /// <param name="bound">How long after a committed rollback <c>new</c> may still be answered: lease + 1 s.</param>
    public static IReadOnlyList<Invariant> Invariants(TimeSpan bound) =>
    [
        new NoNewAfterRollback(bound), new RollbackKnownMeansLegacy(), new NothingAcknowledgedIsLost(), new VersionsWithoutGaps(), new OneLog(),
        new OneEffectForOneCause(), new PositionsNeverGoBack(), new SameAnswerEverywhere(), new StreamsMissNothing(), new ReplayIsLive(), new ChainsAreIntact(),
        new NotificationsArrive(),
    ];

    public static IReadOnlyList<Finding> Check(Evidence evidence, TimeSpan bound) =>
        [.. Invariants(bound).Select(one => new Finding(one.Name, one.Cases(evidence), [.. one.Violations(evidence).Take(Shown)]))];
}
