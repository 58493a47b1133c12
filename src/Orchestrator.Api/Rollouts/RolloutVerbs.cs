using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Api.Rollouts;

/// <summary>Commands on a rollout: permission and body of each.</summary>
internal static class RolloutVerbs
{
    private const int LongestReason = 2000;

    /// <summary>Reason of commands that are only asked about; it appears in no answer.</summary>
    private const string Why = "asked";

    public static readonly Verb[] All =
    [
        new("start", "Start: created → running: { reason? }", Permission.Operate, ["reason"], body => new Start(Reason: Reason(body)))
        {
            Forms = _ => [new(new Start(Reason: Why))],
        },
        new("pause", "Pause advancing, not exposure: { reason? }", Permission.RollBack, ["reason"], body => new Pause(Reason(body)))
        {
            Forms = _ => [new(new Pause(Why))],
        },
        new("resume", "Resume advancing: { reason? }", Permission.Operate, ["reason"], body => new Resume(Reason(body)))
        {
            Forms = _ => [new(new Resume(Why))],
        },
        new("advance", "End the hold early: { step?, override?, reason? }", Permission.Operate, ["step", "override", "reason"],
            body => new Advance(body["step"]?.Name(), body["override"]?.Boolean() ?? false, Reason(body)))
        {
            Forms = _ => [new(new Advance(null, false, Why)), new(new Advance(null, true, Why), "override")],
        },
        new("step-back", "Go to the previous step, and hold there: { step?, reason? }", Permission.RollBack, ["step", "reason"],
            body => new StepBack(body["step"]?.Name(), Reason(body)))
        {
            Forms = _ => [new(new StepBack(null, Why))],
        },
        new("rollback", "Roll back to legacy: everyone, or the named segments, or everyone as a ramp that legacy can take: { reason, segments?, ramp? }", Permission.RollBack,
            ["reason", "segments", "ramp"],
            body => Needed(body) is { } reason ? new Rollback(reason, Segments(body), body["ramp"]?.Boolean() ?? false) : null)
        {
            Forms = state =>
            [
                new(new Rollback(Why)),
                .. state.Plan.Legacy is null ? (Form[])[] : [new(new Rollback(Why, null, true), "ramp")],
                .. state.Plan.Segments.Select(one => one.Key).Where(key => OnNew(state, key))
                    .Select(key => new Form(new Rollback(Why, [key]), "segments", key)),
            ],
            Anywhere = true,
        },
        new("restore", "Undo a rollback: { reason, segments? }", Permission.Operate, ["reason", "segments"],
            body => Needed(body) is { } reason ? new Restore(reason, Segments(body)) : null)
        {
            Forms = state =>
                [new(new Restore(Why)), .. state.TakenBack.Select(key => new Form(new Restore(Why, [key]), "segments", key))],
        },
        new("keep-back", "Keep rolled-back segments on legacy, so that they no longer block the end: { reason, segments }", Permission.Operate, ["reason", "segments"],
            body => (Needed(body), Named(body)) is ({ } reason, { } segments) ? new KeepBack(reason, segments) : null)
        {
            Forms = state =>
                [new(new KeepBack(Why, [.. state.Missing])), .. state.Missing.Select(key => new Form(new KeepBack(Why, [key]), "segments", key))],
        },
        new("retire", "Retire a completed rollout; its flag then has its static value: { reason, value? }; value where it differs from what all users get now",
            Permission.Retire, ["reason", "value"], body => Needed(body) is { } reason ? new Retire(reason, Json(body, "value")) : null)
        {
            Forms = _ => [new(new Retire(Why)), new(new Retire(Why), "value")],
        },
        new("confirm", "Confirm a rollout after a restore of a backup, so that it continues: { reason }", Permission.Operate, ["reason"], body => Needed(body) is { } reason ? new Confirm(reason) : null)
        {
            Forms = _ => [new(new Confirm(Why))],
        },
        new("abort", "Abort: end for good, all users on legacy: { reason }", Permission.Operate, ["reason"], body => Needed(body) is { } reason ? new Abort(reason) : null)
        {
            Forms = _ => [new(new Abort(Why))],
        },
        new("approve", "Approve a review (go): { review, reason?, evidenceHash? }; with the hash only while the evidence is the one that was read", Permission.Review, ["review", "reason", "evidenceHash"],
            body => Review(body) is { } review ? new DecideReview(review, true, Reason(body), body["evidenceHash"]?.Text(200)) : null)
        {
            Words = "approve a review",
            Forms = state => Reviews(state, true),
            Without = "No review is open.",
        },
        new("reject", "Reject a review (no-go): { review, reason }", Permission.Review, ["review", "reason"],
            body => (Review(body), Needed(body)) is ({ } review, { } reason) ? new DecideReview(review, false, reason) : null)
        {
            Words = "reject a review",
            Forms = state => Reviews(state, false),
            Without = "No review is open.",
        },
        new("complete-objective", "Complete an objective: { objective, reason? }", Permission.Objectives, ["objective", "reason"],
            body => body.Require("objective")?.Text(200) is { } objective ? new CompleteObjective(objective, Reason(body)) : null)
        {
            Words = "complete an objective",
            Forms = state => state.Plan.Phases.SelectMany(phase => phase.Objectives).Where(one => !state.Objectives.Contains(one.Name))
                .Select(one => new Form(new CompleteObjective(one.Name), "objective", one.Name)),
            Without = "No objective is left to complete.",
        },
    ];

    private static bool OnNew(RolloutState state, string segment) =>
        state.Serving && !state.TakenBack.Contains(segment) && StepAudience.Of(state).Of(segment) > Share.None;

    private static IEnumerable<Form> Reviews(RolloutState state, bool approve) => state.Reviews.Where(review => review.Open)
        .Select(review => new Form(new DecideReview(review.Id, approve, Why), "review", review.Id));

    private static string? Reason(MappingReader body) => body["reason"]?.Text(LongestReason);

    private static string? Needed(MappingReader body) => body.Require("reason")?.Text(LongestReason);

    private static string[]? Named(MappingReader body) => body.Require("segments") is null ? null : Segments(body);

    /// <summary>Any JSON, also null: "missing" is checked on the mapping and not on the reader.</summary>
    private static string? Json(MappingReader body, string name) =>
        ((Node.Mapping)body.Field.Node).Entries.FirstOrDefault(entry => entry.Key == name) is { } entry
            ? CanonicalJson.Write(entry.Value)
            : null;

    private static string? Review(MappingReader body) => body.Require("review")?.Text(200);

    private static string[]? Segments(MappingReader body)
    {
        if (body["segments"] is not { } field)
        {
            return null;
        }

        var segments = body.Items("segments").Each(item => item.Name(underscore: false));
        if (segments.IsEmpty && field.Node is Node.Sequence { Items.Length: 0 })
        {
            field.Error("names no segment; leave it out to mean everyone");
        }

        return [.. segments];
    }

    /// <param name="Name">Name in the address.</param>
    /// <param name="Summary">Summary in the OpenAPI description.</param>
    /// <param name="Needs">Required permission.</param>
    /// <param name="Members">Members of the body.</param>
    /// <param name="Read">Reads the command; null after reporting an error.</param>
    public sealed record Verb(string Name, string Summary, Permission Needs, string[] Members, Func<MappingReader, RolloutCommand?> Read)
    {
        /// <summary>The verb in a sentence: "cannot roll back".</summary>
        public string Words { get; init; } = Name == "rollback" ? "roll back" : Name.Replace('-', ' ');

        /// <summary>Its forms for a rollout, as commands to ask the decider about; that without an option is the plain one.</summary>
        public required Func<RolloutState, IEnumerable<Form>> Forms { get; init; }

        /// <summary>True when a node without grains takes it too: the rollback, except as a ramp.</summary>
        public bool Anywhere { get; init; }

        /// <summary>Reason why it cannot where it has no form.</summary>
        public string Without { get; init; } = "";
    }

    /// <param name="Command">The command.</param>
    /// <param name="Option">Member of the body that makes this form; null for the plain one.</param>
    /// <param name="Value">Value of that member; null for true.</param>
    public sealed record Form(RolloutCommand Command, string? Option = null, string? Value = null);
}
