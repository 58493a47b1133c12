using System.Collections.Immutable;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Comparison of a run with the expected outcome of its scenario.</summary>
public static class ScenarioVerdict
{
    /// <summary>Every expectation that did not come true; none when all did.</summary>
    public static ImmutableArray<Mismatch> Of(ScenarioRun run)
    {
        var expect = run.Scenario.Expect;
        return
        [
            .. run.Problems.Select(problem => new Mismatch(run.Scenario.Line, "every command of the scenario is accepted", problem, null)),
            .. Instant(run, expect.Status, run.End, status => $"status {ScenarioWords.Status(status)} at the end",
                state => state.Status, status => $"status {ScenarioWords.Status(status)}"),
            .. Instant(run, expect.Step, run.End, step => $"step {step} at the end", state => state.Step?.Name ?? "none", step => $"step {step}"),
            .. Instant(run, expect.Percentage, run.End, share => $"{share} of users on new at the end", ScenarioRun.OnNew, share => $"{share} of users on new"),
            .. Incidents(run, expect.Incidents),
            .. Fires(run, expect.Fires),
            .. RollsBack(run, expect.RollsBack),
            .. expect.Reached.SelectMany(step => Reached(run, step)),
            .. expect.At.SelectMany(instant => At(run, instant)),
        ];
    }

    private static IEnumerable<Mismatch> Instant<T>(
        ScenarioRun run, Expected<T>? expected, DateTimeOffset at, Func<T, string> wanted, Func<RolloutState, T> actual,
        Func<T, string> shown)
    {
        if (expected is null)
        {
            yield break;
        }

        var happened = actual(run.StateAt(at));
        if (!EqualityComparer<T>.Default.Equals(happened, expected.Value))
        {
            yield return new Mismatch(expected.Line, wanted(expected.Value), shown(happened), Why(run, at));
        }
    }

    private static IEnumerable<Mismatch> Incidents(ScenarioRun run, Expected<long>? expected)
    {
        var opened = run.Events.Where(one => one.Event is IncidentOpened).ToArray();
        if (expected is not null && opened.Length != expected.Value)
        {
            yield return new Mismatch(
                expected.Line, Counted.Of(expected.Value, "incident"), Counted.Of(opened.Length, "incident"),
                opened.Length > 0 ? Placed(run, opened[^1]) : Why(run, run.End));
        }
    }

    private static IEnumerable<Mismatch> Fires(ScenarioRun run, Expected<ImmutableArray<string>>? expected)
    {
        if (expected is null)
        {
            yield break;
        }

        var fired = run.Events.Where(one => one.Event is TriggerFired)
            .Select(one => (Name: ((TriggerFired)one.Event).Trigger, Event: one)).ToArray();
        if (!fired.Select(one => one.Name).SequenceEqual(expected.Value))
        {
            var surplus = fired.Where((one, index) => index >= expected.Value.Length || expected.Value[index] != one.Name).ToArray();
            var missing = expected.Value.Except(fired.Select(one => one.Name)).FirstOrDefault();
            yield return new Mismatch(
                expected.Line, $"fires: {Listed(expected.Value)}", $"fires: {Listed(fired.Select(one => one.Name))}",
                missing is not null ? Unfired(run, missing) : surplus.Length > 0 ? Placed(run, surplus[0].Event) : null);
        }
    }

    private static IEnumerable<Mismatch> RollsBack(ScenarioRun run, Expected<ExpectedRollback>? expected)
    {
        if (expected is null)
        {
            yield break;
        }

        var (by, anchor, within) = (expected.Value.By, expected.Value.From, expected.Value.Within);
        var wanted = $"a rollback by {by}{(within is { } most ? $" within {Durations.Format(most)} of {anchor.Text}" : "")}";
        var from = run.Find(anchor);
        var back = run.Events.Select(one => (one.At, By: Trigger(one.Event), Event: one))
            .Where(one => one.By is not null && one.At >= (from ?? run.Scenario.Start)).ToArray();
        var own = back.FirstOrDefault(one => one.By == by);
        if (from is null)
        {
            yield return new Mismatch(expected.Line, wanted, $"step {anchor.Step} did not begin", Why(run, run.End));
        }
        else if (own.Event is null)
        {
            yield return new Mismatch(
                expected.Line, wanted,
                back.Length == 0 ? "no rollback" : $"a rollback by {back[0].By}, {ScenarioRun.Offset(back[0].At - from.Value)} after it",
                back.Length == 0 ? Unfired(run, by) : Placed(run, back[0].Event));
        }
        else if (within is { } longest && own.At - from.Value > longest)
        {
            yield return new Mismatch(
                expected.Line, wanted, $"a rollback by {by}, {ScenarioRun.Offset(own.At - from.Value)} after it", Placed(run, own.Event));
        }
    }

    private static IEnumerable<Mismatch> Reached(ScenarioRun run, Expected<ExpectedStep> expected)
    {
        var (step, by, notBefore) = expected.Value;
        var wanted = $"step {step} reached{(notBefore is { } least ? $" after {Durations.Format(least)} at the earliest" : "")}"
            + (by is { } most ? $"{(notBefore is null ? "" : " and")} by {Durations.Format(most)}" : "");
        if (!run.Begun.TryGetValue(step, out var begun))
        {
            yield return new Mismatch(expected.Line, wanted, $"step {step} was not reached", Why(run, run.End));
            yield break;
        }

        var took = begun - run.Scenario.Start;
        if (took > by || took < notBefore)
        {
            yield return new Mismatch(
                expected.Line, wanted, $"step {step} was reached after {ScenarioRun.Offset(took)}",
                took > by ? Why(run, run.Scenario.Start + by.Value) : null);
        }
    }

    private static IEnumerable<Mismatch> At(ScenarioRun run, Expected<ExpectedInstant> expected)
    {
        var instant = expected.Value;
        var place = $"at {instant.At.Text}";
        if (run.Find(instant.At) is not { } at)
        {
            yield return new Mismatch(expected.Line, $"step {instant.At.Step} begins", "it did not", Why(run, run.End));
            yield break;
        }

        if (at > run.End)
        {
            yield return new Mismatch(
                expected.Line, $"a state {place}", $"the scenario ends before it, after {Durations.Format(run.Scenario.Length)}", null);
            yield break;
        }

        foreach (var mismatch in (IEnumerable<Mismatch>)
        [
            .. Instant(run, Of(instant.Status, expected.Line), at, status => $"status {ScenarioWords.Status(status)} {place}",
                state => state.Status, status => $"status {ScenarioWords.Status(status)}"),
            .. Instant(run, instant.Step is { } step ? new Expected<string>(step, expected.Line) : null, at, name => $"step {name} {place}",
                state => state.Step?.Name ?? "none", name => $"step {name}"),
            .. Instant(run, Of(instant.Percentage, expected.Line), at, share => $"{share} of users on new {place}", ScenarioRun.OnNew,
                share => $"{share} of users on new"),
        ])
        {
            yield return mismatch;
        }
    }

    private static Expected<T>? Of<T>(T? value, int line)
        where T : struct => value is { } given ? new Expected<T>(given, line) : null;

    private static string? Trigger(RolloutEvent happened) => happened switch
    {
        RolledBack back => back.Trigger ?? "a person",
        SegmentRolledBack back => back.Trigger ?? "a person",
        _ => null,
    };

    /// <summary>Reasons of the state at an instant: its rollback, or all that the step waits for.</summary>
    private static string? Why(ScenarioRun run, DateTimeOffset at)
    {
        var state = run.StateAt(at);
        if (state.Rollback is { } back)
        {
            return back.Reason;
        }

        var waits = Waiting.For(state, at);
        return waits.IsEmpty ? run.LastAt(at)?.Text : string.Join(" ", waits.Select(wait => wait.Text));
    }

    /// <summary>The reason why a trigger did not fire, as far as events and the newest round know it.</summary>
    private static string Unfired(ScenarioRun run, string trigger)
    {
        var told = run.Events.LastOrDefault(one => one.Event switch
        {
            TriggerBreached breached => breached.Trigger == trigger,
            TriggerCleared cleared => cleared.Trigger == trigger,
            TriggerFired fired => fired.Trigger == trigger,
            _ => false,
        });
        if (told is not null)
        {
            return Placed(run, told);
        }

        var judged = Assessments.Triggers(run.State, run.Newest).FirstOrDefault(one => one.Name == trigger);
        return judged.Name is null ? $"{trigger} is not in force in step {run.State.Step?.Name ?? "none"}, in which the scenario ends."
            : judged.Evidence?.Text ?? $"{trigger} had no evidence.";
    }

    private static string Placed(ScenarioRun run, ScenarioEvent one) => $"{ScenarioRun.Offset(one.At - run.Scenario.Start)}: {one.Text}";

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } text ? text : "none";

}

/// <summary>An expectation that did not come true.</summary>
/// <param name="Line">Line of the expectation, from 1; 0 when it is in no file.</param>
/// <param name="Expected">The expectation, in words.</param>
/// <param name="Happened">The outcome, in words.</param>
/// <param name="Verdict">The sentence of the verdict behind it; null where there is none.</param>
public sealed record Mismatch(int Line, string Expected, string Happened, string? Verdict);
