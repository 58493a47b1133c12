using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Routing;

/// <summary>One rule of an answer.</summary>
/// <param name="Rule">The rule in words: <c>beta: internal equals true</c>.</param>
/// <param name="Matched">True when it holds.</param>
/// <param name="Saw">The value it tested: an attribute, <c>missing</c>, a bucket.</param>
public sealed record ExplainedRule(string Rule, bool Matched, string Saw);

/// <summary>An answer with its reasons, as design §12 states it.</summary>
public sealed record Explanation
{
    /// <summary>The value; null for an error.</summary>
    public required JsonElement? Value { get; init; }

    /// <summary>legacy, new or static; null for an error.</summary>
    public required string? Variant { get; init; }

    /// <summary>OpenFeature's name of the reason; ERROR for an error.</summary>
    public required string Reason { get; init; }

    /// <summary>OpenFeature's code; null for no error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>
    /// 0 to 99999; null when the flag is not routed, or the context lacks the key or the attribute that decides the bucket.
    /// </summary>
    public int? Bucket { get; init; }

    /// <summary>Name of the attribute whose value decides the bucket; null when that is the targeting key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>
    /// plan: the salt is that of all rollouts of the plan in the environment; rollout: it is this rollout's own; null when the flag is not
    /// routed.
    /// </summary>
    public string? Stickiness { get; init; }

    /// <summary>Share of all users, 0 to 100 with up to three decimals; of a segment more may be on new, as the rows say.</summary>
    public decimal? Percentage { get; init; }

    /// <summary>
    /// Users on new by the step: <c>10% of users and internal, 25% of region-eu</c>, and <c>0% of users</c> while the route is off; null
    /// when the flag is not routed.
    /// </summary>
    public string? Audience { get; init; }

    /// <summary>Id of the rollout.</summary>
    public string? Rollout { get; init; }

    /// <summary>Version of the rollout.</summary>
    public long? RolloutVersion { get; init; }

    /// <summary>Revision of the plan that the rollout followed.</summary>
    public int? PlanRevision { get; init; }

    /// <summary>Name of the phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Name of the step.</summary>
    public string? Step { get; init; }

    /// <summary>Position of the table.</summary>
    public required long Position { get; init; }

    /// <summary>Percentage that the bucket was compared with; of interest where the reason is SPLIT.</summary>
    internal Share Reached { get; init; }

    /// <summary>Every tested rule, in order, to the one that decided.</summary>
    public required ImmutableArray<ExplainedRule> Rules { get; init; }

    /// <summary>The decision is the router's own; the rows test the same compiled rules again.</summary>
    internal static Explanation Of(
        long position, EnvironmentTable? environment, string flag, EvaluationContext user, in TableTrust trust)
    {
        var answer = Router.Route(environment, flag, user, trust);
        var route = answer.Entry?.Route;
        int? bucket = route is not null && answer.Entry!.Place(answer.Entry.Salted, user) is >= 0 and var place ? place : null;
        return new Explanation
        {
            Value = answer.Value.IsEmpty ? null : JsonElement.Parse(answer.Value),
            Variant = answer.Variant.Name(),
            Reason = answer.Reason.Name(),
            ErrorCode = answer.Error.Name(),
            Bucket = bucket,
            StickyBy = route?.StickyBy,
            Stickiness = route is null ? null : route.KeepsSalt ? "plan" : "rollout",

            // What users get, not what the step says: a rollout that is rolled back has everyone on legacy.
            Percentage = route is null ? null : route.Mode == RouteMode.Split ? route.Percentage.Percent : 0,
            Audience = route is null ? null : route.Mode == RouteMode.Split
                ? new StepAudience(route.Percentage, route.Included, route.Shares).Without(route.TakenBack).Text
                : StepAudience.None.Text,
            Rollout = route?.Rollout,
            RolloutVersion = route?.RolloutVersion,
            PlanRevision = route?.Revision,
            Phase = route?.Phase,
            Step = route?.Step,
            Position = position,
            Reached = route is { Mode: RouteMode.Split } ? Router.Reach(environment!, answer.Entry!, user).Percentage : Share.None,
            Rules = answer.Entry is null ? [new ExplainedRule($"flag {flag}", false, "no such flag")] : Rows(environment!, answer.Entry, bucket, user, trust),
        };
    }

    private static ImmutableArray<ExplainedRule> Rows(
        EnvironmentTable environment, FlagEntry entry, int? bucket, EvaluationContext user, in TableTrust trust)
    {
        if (entry.Route is not { } route)
        {
            return [new ExplainedRule(entry.Origin is { } origin ? $"static flag of {origin}" : "static flag", true, entry.StaticJson!)];
        }

        var mode = route.Mode switch { RouteMode.Off => "off", RouteMode.Split => "routing", _ => "events of a newer build" };
        var rows = new List<ExplainedRule> { new("off: everyone on legacy", route.Mode != RouteMode.Split, mode) };
        if (route.Mode != RouteMode.Split
            || trust.Explain(entry, user, rows) == FallbackDecision.Legacy
            || Decided(environment, entry.TakenBack, "taken back", user, rows)
            || Decided(environment, entry.Included, "included", user, rows))
        {
            return [.. rows];
        }

        foreach (var (segment, share) in entry.Shares)
        {
            environment.Segment(segment)?.Explain(user, $"at {RuleText.Percent(share)}", rows);
        }

        // The percentage that the router compared the bucket with.
        var (percentage, _) = Router.Reach(environment, entry, user);
        var seen = entry.StickySlot < 0 ? "" : (user.Show(user[entry.StickySlot]) ?? "missing") + ": ";
        var saw = bucket is { } known ? $"{seen}bucket {known}, {RuleText.Percent(Share.Of(known))}"
            : route.StickyBy is null ? "no targeting key" : $"{seen}no non-empty text and no exact integer";
        var matched = percentage == Share.All || (bucket is { } own && percentage.Includes(own));
        rows.Add(new ExplainedRule($"bucket{(route.StickyBy is { } by ? " of " + by : "")} below {RuleText.Percent(percentage)}", matched, saw));
        return [.. rows];
    }

    private static bool Decided(EnvironmentTable environment, int[] segments, string role, EvaluationContext user, List<ExplainedRule> rows)
    {
        foreach (var number in segments)
        {
            if (environment.Segment(number)?.Explain(user, role, rows) == Match.Yes)
            {
                return true;
            }
        }

        return false;
    }
}
