using Orchestrator.Api.Client;
using Orchestrator.Cli.Running;
using Orchestrator.Domain.Plans;
using Plan = Orchestrator.Domain.Plans.Plan;

namespace Orchestrator.Cli.Plans;

/// <summary>One side of a comparison: a plan, and where it is from.</summary>
/// <param name="Name">The side as typed.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Text">Its text; its document where it is from a server.</param>
/// <param name="Revision">Revision at the server; null of a file.</param>
/// <param name="Rollout">Rollout that runs by it; null of a plan alone.</param>
internal sealed record PlanSide(string Name, Plan Plan, string Text, int? Revision = null, Rollout? Rollout = null)
{
    /// <summary>Forms of a side, for the help.</summary>
    public const string Forms =
        "a file, git:REVISION:PATH, - for stdin, server:NAME or server:NAME@REVISION for a stored plan, or rollout:ID for what runs";

    private const string Server = "server:";
    private const string Running = "rollout:";

    /// <summary>Reads a side. A file or a revision of git needs no server.</summary>
    public static async Task<PlanSide> Read(Invocation invocation, string name, CancellationToken stop)
    {
        if (name.StartsWith(Server, StringComparison.Ordinal))
        {
            var (plan, revision) = Reference(name);
            return await Stored(invocation, name, plan, revision, stop);
        }

        if (name.StartsWith(Running, StringComparison.Ordinal))
        {
            var rollout = (await invocation.Api.Rollouts.Get(Given(name, name[Running.Length..]), stop: stop)).Value;
            return await Stored(invocation, name, rollout.Plan.Name, rollout.Plan.Revision, stop) with { Rollout = rollout };
        }

        var input = Input(invocation, name);
        return new PlanSide(name, PlanValidation.Plan(input), input.Source.Text);
    }

    /// <summary>A file, a revision of git, or stdin.</summary>
    public static PlanInput Input(Invocation invocation, string name) =>
        GitRevision.Is(name) ? GitRevision.Read(name) : PlanInput.Read(name, invocation.Terminal.In);

    private static async Task<PlanSide> Stored(Invocation invocation, string name, string plan, int? revision, CancellationToken stop)
    {
        var stored = (await invocation.Api.Plans.Get(plan, new RevisionQuery { Revision = revision }, stop)).Value;
        var document = stored.Plan.GetRawText();
        // Rules that are younger than the stored plan do not refuse it.
        var reading = PlanReader.ReadDocument(document);
        return reading.Plan is { } read ? new PlanSide(name, read, document, stored.Revision)
            : throw Failure.Invalid(
                $"{name} is a plan that this build of rollout cannot read. A newer one may.",
                [.. reading.Errors.Select(error => $"{error.Path}: {error.Message}")]);
    }

    private static (string Plan, int? Revision) Reference(string name)
    {
        var text = name[Server.Length..];
        var at = text.LastIndexOf('@');
        return at < 0 ? (Given(name, text), null)
            : int.TryParse(text.AsSpan(at + 1), System.Globalization.NumberStyles.None, null, out var number) && number > 0
                ? (Given(name, text[..at]), number)
                : throw Failure.Invalid($"{name}: the revision must be a whole number from 1, such as server:checkout@2.");
    }

    private static string Given(string name, string id) =>
        id.Length > 0 ? id : throw Failure.Invalid($"{name} names nothing; write {name}NAME.");
}
