using System.CommandLine;
using Orchestrator.Cli.Commands.Environments;
using Orchestrator.Cli.Commands.Evidence;
using Orchestrator.Cli.Commands.History;
using Orchestrator.Cli.Commands.Incidents;
using Orchestrator.Cli.Commands.Keys;
using Orchestrator.Cli.Commands.Nodes;
using Orchestrator.Cli.Commands.Notifications;
using Orchestrator.Cli.Commands.Plans;
using Orchestrator.Cli.Commands.Rollouts;
using Orchestrator.Cli.Commands.Segments;
using Orchestrator.Cli.Commands.Servers;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands;

/// <summary>All verbs, in the order of the help.</summary>
internal static class All
{
    public static IEnumerable<Command> Verbs() =>
    [
        .. ListVerbs.All(),
        GetVerb.New(),
        .. MoveVerbs.All(),
        AmendVerb.New(),
        .. EvidenceVerbs.All(),
        .. HistoryVerbs.All(),
        .. LogVerbs.All(),
        BacktestVerb.New(),
        .. IncidentVerbs.All(),
        NotificationVerbs.All(),
        .. EnvironmentVerbs.All(),
        .. SegmentVerbs.All(),
        .. NodeVerbs.All(),
        .. KeyVerbs.All(),
        Plan(),
        .. ServerVerbs.All(),
    ];

    private static Verb Plan()
    {
        var plan = new Verb("plan", "Check, test, compare and store plans");
        return plan.With([.. PlanFileVerbs.All(), .. StoredPlanVerbs.All()]);
    }
}
