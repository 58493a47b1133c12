using System.CommandLine;
using Orchestrator.Cli.Plans;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Plans;

/// <summary>Compares two plans: of files, of git, of the server, or of a rollout.</summary>
internal static class PlanDiff
{
    /// <summary>Word in place of a plan that did not exist before.</summary>
    private const string None = "none";

    public static Verb Verb()
    {
        var old = new Argument<string>("old") { Description = $"The plan before: {PlanSide.Forms}; none for no plan before" };
        var @new = new Argument<string>("new") { Description = "The plan after, in the same forms" };
        var format = PlanFileVerbs.Format(PlanDifference.Formats, "text, markdown (for a comment on a pull request) or json");
        return new Verb(
            "diff", "Tell what changes between two plans, and which users move; exit code 2 when something changes",
            "rollout plan diff git:main:plans/checkout.yaml plans/checkout.yaml", "rollout plan diff server:checkout plans/checkout.yaml",
            "rollout plan diff server:checkout@2 server:checkout", "rollout plan diff rollout:checkout-7 plans/checkout.yaml --format markdown")
            .With(old, @new, format).Does(async (invocation, stop) =>
            {
                var (from, to) = (invocation.Value(old), invocation.Value(@new));
                var before = from == None ? null : await PlanSide.Read(invocation, from, stop);
                var after = await PlanSide.Read(invocation, to, stop);
                var effect = await RolloutEffect.Of(invocation, before, after, stop);
                return PlanDifference.Run(before, after, effect, DateTimeOffset.UtcNow, invocation.Value(format)!, invocation.Terminal.Out);
            });
    }
}
