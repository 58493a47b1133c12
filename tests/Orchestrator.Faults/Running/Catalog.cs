using Orchestrator.Faults.Network;
using Orchestrator.Faults.Scenarios;

namespace Orchestrator.Faults.Running;

/// <summary>All scenarios.</summary>
internal static class Catalog
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new SingleKills(),
        new Rollbacks(Push: true),
        new CommitAnswersCut(),
        new RollingRestart(),
        new PausedEvaluation(),
        new PausedClient(),
        new CutOffClient(NodeSleeps: false),
        new CutOffClient(NodeSleeps: true),
        new OwnerKilled(),
        new OwnerPaused(),
        new Kills(),
        new DatabaseAway(Away.Stopped),
        new DatabaseAway(Away.Hung),
        new DatabaseSlow(),
        new AllKilled(),
        new Rollbacks(Push: false) { Short = false },
        new CutOff(From.Both, Way.Both) { Short = false },
        new CutOff(From.Database, Way.Both),
        new CutOff(From.Peers, Way.Both),
        new CutOff(From.Database, Way.Incoming) { Short = false },
        new CutOff(From.Peers, Way.Outgoing) { Short = false },
        new ClockJumps { Short = false },
        new ClockAhead(),
    ];

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
