using System.Text;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.PlanFiles;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Silo.Tests.Show;

public sealed class DurationTests
{
    [Fact]
    public void Healthy_rollout_with_people_who_agree_takes_the_shortest_times_of_the_strategy()
    {
        var start = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var rollout = new Simulator(new RolloutCommand.Create("r", PlanText.Read(Strategy.CoarsePlan).Plan!, 1, "production", "salt"), start);
        var admin = Actor.User("k-root", "admin");
        rollout.Command(new RolloutCommand.Start(), admin);
        while (rollout.State.Phase!.Name != "deprecation" && rollout.Now < start + TimeSpan.FromDays(100))
        {
            foreach (var objective in rollout.State.Phase!.Objectives)
            {
                rollout.Command(new RolloutCommand.CompleteObjective(objective.Name), admin);
            }

            foreach (var review in rollout.State.Reviews.Where(r => r.Open))
            {
                foreach (var person in review.Needs.IsEmpty ? [admin] : review.Needs.Select(need => Actor.User("k-" + need.Role, need.Role)))
                {
                    rollout.Command(new RolloutCommand.DecideReview(review.Id, true, null), person);
                }
            }

            rollout.AdvanceTo(rollout.Now + Strategy.Coarse);
            var measured = new Measured { Traffic = RulesInForce.Traffic(rollout.State).ToString().ToLowerInvariant() };
            rollout.Push(SampleReader.Read(Encoding.UTF8.GetBytes(measured.Body(rollout.Now)), rollout.Now).Samples);
        }

        Assert.Equal((RolloutStatus.Running, "deprecation"), (rollout.State.Status, rollout.State.Phase!.Name));
        var began = rollout.Events.Where(e => e.Event is PhaseStarted).ToDictionary(e => ((PhaseStarted)e.Event).Phase, e => e.At);
        var ended = rollout.Events.Where(e => e.Event is PhaseCompleted).ToDictionary(e => ((PhaseCompleted)e.Event).Phase, e => e.At);
        var weeks = ended.ToDictionary(phase => phase.Key, phase => Math.Round((phase.Value - began[phase.Key]) / TimeSpan.FromDays(7), 1));
        Assert.Equal(
            new Dictionary<string, double> { ["validation"] = 0, ["shadow"] = 1, ["beta"] = 2, ["gradual"] = 4, ["full"] = 1 }, weeks);
    }
}
