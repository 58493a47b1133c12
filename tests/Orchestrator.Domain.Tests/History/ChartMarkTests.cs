using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Tests.Rollouts;

namespace Orchestrator.Domain.Tests.History;

public sealed class ChartMarkTests
{
    private const string Plan = """
        plan: small
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: spike, when: error_rate > 0.5%, for: 1m, action: rollback }
        phases:
          - name: p
            steps: [ { name: ten, percentage: 10%, hold: 1h } ]
            success: [ error_rate < 0.1% over 30m ]
        """;

    [Fact]
    public void Steps_breaches_rollbacks_and_restores_are_marks_with_their_rule()
    {
        var rollout = Some.Started(Some.Plan(Plan)).Drive(TimeSpan.FromMinutes(3), at => Some.Sample(at, errors: 90));
        rollout.Command(new RolloutCommand.Restore("was a test"), Some.Engineer);
        rollout.Command(new RolloutCommand.Abort(new string('x', 500)), Some.Engineer);

        ChartMark[] marks = [.. rollout.Events.Select(ChartMarks.Of).OfType<ChartMark>()];
        Assert.Equal(
            [
                (ChartMarkKind.Step, "Started"), (ChartMarkKind.Step, "Step ten, 10%"), (ChartMarkKind.Breach, "spike breached"),
                (ChartMarkKind.Breach, "spike fired"),
            ],
            marks.Where(mark => !mark.Text.Contains("not met", StringComparison.Ordinal)).Take(4).Select(mark => (mark.Kind, mark.Text)));
        Assert.Equal("spike", Assert.Single(marks, mark => mark.Kind == ChartMarkKind.Rollback).Rule);
        Assert.Single(marks, mark => mark.Kind == ChartMarkKind.Restore);
        Assert.Equal(201, Assert.Single(marks, mark => mark.Kind == ChartMarkKind.End).Text.Length);
        Assert.All(marks, mark => Assert.Equal(rollout.Events.Single(e => e.Version == mark.Version).At, mark.At));
    }
}
