namespace Orchestrator.Faults.Checking;

/// <summary>A property that must hold in every recording.</summary>
/// <param name="Name">Display text.</param>
internal abstract record Invariant(string Name)
{
    /// <summary>Number of cases of it in the recording; 0 proves nothing.</summary>
    public abstract long Cases(Evidence evidence);

    /// <summary>Each violation as a sentence.</summary>
    public abstract IEnumerable<string> Violations(Evidence evidence);
}

/// <summary>Result of one invariant.</summary>
internal sealed record Finding(string Invariant, long Cases, IReadOnlyList<string> Violations)
{
    public bool Clean => Violations.Count == 0;
}

/// <summary>Judges a recording afterwards. Pure.</summary>
internal static class Checker
{
    private const int Shown = 20;

    /// <param name="bound">Time after a committed rollback in which <c>new</c> may still be answered: lease + 1 s.</param>
    public static IReadOnlyList<Invariant> Invariants(TimeSpan bound) =>
    [
        new NoNewAfterRollback(bound), new RollbackKnownMeansLegacy(), new NothingAcknowledgedIsLost(), new VersionsWithoutGaps(),
        new OneLog(),
        new OneEffectForOneCause(), new PositionsNeverGoBack(), new SameAnswerEverywhere(), new JourneysAreWhatWasServed(), new StreamsMissNothing(), new ReplayIsLive(),
        new ChainsAreIntact(),
        new NotificationsArrive(),
    ];

    public static IReadOnlyList<Finding> Check(Evidence evidence, TimeSpan bound) =>
        [.. Invariants(bound).Select(one => new Finding(one.Name, one.Cases(evidence), [.. one.Violations(evidence).Take(Shown)]))];
}
