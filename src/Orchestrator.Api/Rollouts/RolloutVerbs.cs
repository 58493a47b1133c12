using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Api.Rollouts;

/// <summary>Commands on a rollout: permission and body of each.</summary>
internal static class RolloutVerbs
{
    private const int LongestReason = 2000;

    public static readonly Verb[] All =
    [
        new("start", "Start: created → running: { reason? }", Permission.Operate, ["reason"], body => new Start(Reason: Reason(body))),
        new("pause", "Pause advancing, not exposure: { reason? }", Permission.RollBack, ["reason"], body => new Pause(Reason(body))),
        new("resume", "Resume advancing: { reason? }", Permission.Operate, ["reason"], body => new Resume(Reason(body))),
        new("advance", "End the hold early: { step?, override?, reason? }", Permission.Operate, ["step", "override", "reason"],
            body => new Advance(body["step"]?.Name(), body["override"]?.Boolean() ?? false, Reason(body))),
        new("step-back", "Go to the previous step, and hold there: { step?, reason? }", Permission.RollBack, ["step", "reason"],
            body => new StepBack(body["step"]?.Name(), Reason(body))),
        new("rollback", "Roll back to legacy: everyone, or the named segments, or everyone as a ramp that legacy can take: { reason, segments?, ramp? }", Permission.RollBack,
            ["reason", "segments", "ramp"],
            body => Needed(body) is { } reason ? new Rollback(reason, Segments(body), body["ramp"]?.Boolean() ?? false) : null),
        new("restore", "Undo a rollback: { reason, segments? }", Permission.Operate, ["reason", "segments"],
            body => Needed(body) is { } reason ? new Restore(reason, Segments(body)) : null),
        new("keep-back", "Keep rolled-back segments on legacy, so that they no longer block the end: { reason, segments }", Permission.Operate, ["reason", "segments"],
            body => (Needed(body), Named(body)) is ({ } reason, { } segments) ? new KeepBack(reason, segments) : null),
        new("retire", "Retire a completed rollout; its flag then has its static value: { reason, value? }; value where it differs from what all users get now",
            Permission.Retire, ["reason", "value"], body => Needed(body) is { } reason ? new Retire(reason, Json(body, "value")) : null),
        new("confirm", "Confirm a rollout after a restore of a backup, so that it continues: { reason }", Permission.Operate, ["reason"], body => Needed(body) is { } reason ? new Confirm(reason) : null),
        new("abort", "Abort: end for good, all users on legacy: { reason }", Permission.Operate, ["reason"], body => Needed(body) is { } reason ? new Abort(reason) : null),
        new("approve", "Approve a review (go): { review, reason?, evidenceHash? }; with the hash only while the evidence is the one that was read", Permission.Review, ["review", "reason", "evidenceHash"],
            body => Review(body) is { } review ? new DecideReview(review, true, Reason(body), body["evidenceHash"]?.Text(200)) : null),
        new("reject", "Reject a review (no-go): { review, reason }", Permission.Review, ["review", "reason"],
            body => (Review(body), Needed(body)) is ({ } review, { } reason) ? new DecideReview(review, false, reason) : null),
        new("complete-objective", "Complete an objective: { objective, reason? }", Permission.Objectives, ["objective", "reason"],
            body => body.Require("objective")?.Text(200) is { } objective ? new CompleteObjective(objective, Reason(body)) : null),
    ];

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
    public sealed record Verb(string Name, string Summary, Permission Needs, string[] Members, Func<MappingReader, RolloutCommand?> Read);
}
