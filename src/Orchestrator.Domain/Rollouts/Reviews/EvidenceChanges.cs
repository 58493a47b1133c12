using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Reviews;

/// <summary>
/// Changes of a rollout since the evidence of a review was taken. A person approves the evidence of that moment; this says what else they
/// should know.
/// </summary>
public static class EvidenceChanges
{
    private const string Nothing = "Nothing was measured yet.";

    /// <summary>Every criterion of the step, then and now; verdicts that changed come first.</summary>
    /// <param name="then">State in which the review was opened.</param>
    /// <param name="now">Present state, in the same visit of the step.</param>
    /// <param name="seen">Observation of the newest round; null shows the evidence of the newest event.</param>
    public static ImmutableArray<CriterionChange> Criteria(RolloutState then, RolloutState now, Observation? seen)
    {
        var before = Assessments.Criteria(then, null).ToDictionary(one => one.Name, StringComparer.Ordinal);
        var after = Assessments.Criteria(now, seen).ToDictionary(one => one.Name, StringComparer.Ordinal);
        return
        [
            .. before.Keys.Union(after.Keys)
                .Select(name => new CriterionChange(name, Title(now, name), Seen(before, name), Seen(after, name)))
                .OrderByDescending(one => one.Was.Verdict != one.Is.Verdict).ThenBy(one => one.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Everything else that changed: plan, status, users on new, triggers, and incidents that were opened.</summary>
    /// <param name="then">State in which the review was opened.</param>
    /// <param name="now">Present state.</param>
    public static ImmutableArray<EvidenceChange> Rest(RolloutState then, RolloutState now)
    {
        var changes = ImmutableArray.CreateBuilder<EvidenceChange>();
        Add("plan", then.Plan.Name, $"revision {then.Revision}", $"revision {now.Revision}");
        Add("status", then.Id, Words(then.Status), Words(now.Status));
        Add("users", then.Plan.Flag, Audience(then), Audience(now));
        foreach (var trigger in then.Triggers.Keys.Union(now.Triggers.Keys).Order(StringComparer.Ordinal))
        {
            Add("trigger", trigger, Words(then.Triggers.GetValueOrDefault(trigger)), Words(now.Triggers.GetValueOrDefault(trigger)));
        }

        foreach (var opened in now.Incidents.Skip(then.Incidents.Length))
        {
            changes.Add(new EvidenceChange("incident", opened.Id, null, opened.Reason));
        }

        return changes.ToImmutable();

        void Add(string subject, string name, string was, string present)
        {
            if (was != present)
            {
                changes.Add(new EvidenceChange(subject, name, was, present));
            }
        }
    }

    private static string? Title(RolloutState state, string name) =>
        RulesInForce.Criteria(state).FirstOrDefault(rule => rule.Name == name)?.Title;

    private static CriterionSeen Seen(Dictionary<string, (string Name, Verdict Verdict, Evidence? Evidence)> all, string name) =>
        all.TryGetValue(name, out var one)
            ? new CriterionSeen(
                one.Verdict, one.Evidence?.Observed, one.Evidence?.Limit, one.Evidence?.Samples ?? 0, one.Evidence?.At,
                one.Evidence?.Text ?? Nothing)
            : new CriterionSeen(Verdict.NoEvidence, null, null, 0, null, "No rule of this name was in force.");

    private static string Audience(RolloutState state) =>
        (state.Serving ? StepAudience.Of(state).Without(state.TakenBack) : StepAudience.None).Text + " on new";

    private static string Words(RolloutStatus status) => status == RolloutStatus.RolledBack ? "rolled back" : status.ToString().ToLowerInvariant();

    private static string Words(TriggerState? trigger) => trigger is null ? "quiet" : trigger.Fired ? "fired" : "breached";
}

/// <summary>A criterion at the opening of a review and now.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="Title">Its title; null without one.</param>
/// <param name="Was">As it was when the review was opened.</param>
/// <param name="Is">As it is now.</param>
public sealed record CriterionChange(string Name, string? Title, CriterionSeen Was, CriterionSeen Is);

/// <summary>A criterion at one moment.</summary>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Observed">The value, in the metric's base unit; null when nothing was measured.</param>
/// <param name="Limit">The limit in the same unit; null when the rule has no number.</param>
/// <param name="Samples">Number of samples behind the value.</param>
/// <param name="At">Sample time; null when nothing was measured.</param>
/// <param name="Text">Display text, one sentence.</param>
public sealed record CriterionSeen(Verdict Verdict, double? Observed, double? Limit, long Samples, DateTimeOffset? At, string Text);

/// <summary>A change since the evidence of a review was taken.</summary>
/// <param name="Subject">plan, status, users, trigger or incident.</param>
/// <param name="Name">Name of the thing.</param>
/// <param name="Was">As it was, in words; null when it did not exist.</param>
/// <param name="Is">As it is, in words.</param>
public sealed record EvidenceChange(string Subject, string Name, string? Was, string Is);
