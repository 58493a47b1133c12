using CsCheck;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Random things that people, metrics and the clock do to a rollout.</summary>
internal static class Doings
{
    public static readonly Domain.Plans.Plan Plan = Some.Plan(Some.PlanText.Replace(
        "{ name: s10, percentage: 10%,", "{ name: s10, percentage: 10%, audience: [ { segment: eu, percentage: 40% } ],", StringComparison.Ordinal) + "\nlegacy: { capacity: 6%, per: 10m }\n");

    public static readonly Gen<Action<Simulator>> Any = Gen.Frequency(
        (6, Gen.Select(Gen.Int[1, 45], Gen.Int[0, 12], Gen.Int[0, 3], (minutes, errors, odd) =>
            (Action<Simulator>)(r => r.Drive(TimeSpan.FromMinutes(minutes), at => Some.Sample(
                at, traffic: RulesInForce.Traffic(r.State), errors: odd == 0 ? errors : 0,
                memory: odd == 1 && errors == 12 ? 90e6 : 30e6))))),
        (2, Gen.Int[1, 300].Select(minutes => (Action<Simulator>)(r => r.AdvanceTo(r.Now + TimeSpan.FromMinutes(minutes))))),
        (3, Gen.Const<Action<Simulator>>(r => r.AgreeToEverything())),
        (4, Command().Select(c => (Action<Simulator>)(r => r.Command(c.Command, c.Actor)))));

    public static Gen<(RolloutCommand Command, Actor Actor)> Command() => Gen.Select(
        Gen.OneOfConst<RolloutCommand>(
            new Start(), new Pause("p"), new Resume("r"), new Advance(null, false, null), new Advance(null, true, "must"),
            new Advance("s10", false, null),
            new StepBack(null, "s"), new StepBack("s25", "s"), new Rollback("bad"), new Rollback("bad", ["eu"]), new Rollback("bad", ["nobody"]),
            new Rollback("slowly", null, true),
            new Restore("ok"), new Restore("ok", ["eu"]), new KeepBack("stays", ["eu"]), new Retire("done", null, "true"), new Retire("done", "false", "false"),
            new DecideReview("r1", true, null), new DecideReview("r2", false, "no"),
            new CompleteObjective("feedback"), new CompleteObjective("nonsense"), Some.Alerts("HighLatency", firing: ["aa"]),
            Some.Alerts("HighLatency", resolved: ["aa"]), new ReportFeedback("complaint", 1), new Abort("enough"), new Hold(7, "restored"), new Confirm("fine"),
            new ReportLeg("checkout-1-1", new VerificationReport.Propagated(Some.Start, ["n"])),
            new ReportLeg("checkout-1-1", new VerificationReport.Health(Some.Start, [])),
            new ReportLeg("checkout-1-1", new VerificationReport.Traffic(Some.Start, VerificationOutcome.Failed, 1, 2, null, null, "still")),
            new AcknowledgeIncident("checkout-1-1"), new ResolveIncident("checkout-1-1", "well")),
        Gen.OneOfConst(Some.Engineer, Some.Product, Some.Admin));
}
