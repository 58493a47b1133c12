using Orchestrator.Api.Access;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Api.Environments;

/// <summary>The verbs of an environment's line, as one caller sees them.</summary>
internal static class LineVerbs
{
    private const string Asked = "asked";

    public static VerbView[] Of(Viewer viewer, string environment)
    {
        var state = viewer.World.Environments.GetValueOrDefault(environment)?.State ?? EnvironmentState.Initial;
        return
        [
            Verb("stop-the-line", "stop the line", Permission.RollBack, new EnvironmentCommand.StopLine(Asked), "The line is stopped already.",
                $"No rollout of {environment} starts or advances until the line is resumed. Rollbacks are never stopped."),
            Verb("resume-the-line", "resume the line", Permission.Operate, new EnvironmentCommand.ResumeLine(null), "The line runs.",
                $"Rollouts of {environment} may start and advance again."),
        ];

        VerbView Verb(string name, string words, Permission needs, EnvironmentCommand command, string already, string consequence) =>
            viewer.Verb(
                name, words, $"/api/v1/environments/{environment}/{name}", needs, environment,
                () => EnvironmentDecider.Decide(state, command) switch
                {
                    Decision<EnvironmentEvent>.Refused refused => Probe.Refused(refused.Code, refused.Message),
                    Decision<EnvironmentEvent>.Accepted { Events.Length: > 0 } => new Probe(true, null, null, consequence),
                    _ => Probe.Refused(null, already),
                });
    }
}
