using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>
/// Policies for nodes that are cut off, for unwatched rollouts, for the procedure after a rollback, and for the times at which steps end.
/// </summary>
internal static class PolicyStrictness
{
    /// <param name="before">The plan in force.</param>
    /// <param name="after">The corrected plan.</param>
    /// <param name="at">Time of the comparison: a freeze that ended before has no effect any more.</param>
    public static IEnumerable<Loosening> Of(Plan before, Plan after, DateTimeOffset at) =>
        Phases(before, after).Concat(Whole(before, after)).Concat(Checks(before, after, "healthChecks")).Concat(Checks(before, after, "consistencyChecks"))
            .Concat(Times(before.Calendar, after.Calendar, at));

    private static IEnumerable<Loosening> Phases(Plan before, Plan after)
    {
        foreach (var (index, phase) in after.Phases.Index())
        {
            if (before.Phases.Index().FirstOrDefault(one => one.Item.Name == phase.Name) is not (var at, { } _))
            {
                continue;
            }

            var (was, now) = (before.OnStaleIn(at), after.OnStaleIn(index));
            if (Kept(now) > Kept(was))
            {
                yield return new Loosening($"phases[{index}].onStale", $"a node that is cut off keeps users on new longer in phase {phase.Name}: '{was.Text}' becomes '{now.Text}'");
            }

            if (before.OnUnwatchedIn(at) == UnwatchedPolicy.Legacy && after.OnUnwatchedIn(index) == UnwatchedPolicy.Hold)
            {
                yield return new Loosening($"phases[{index}].onUnwatched", $"users stay on new in phase {phase.Name} while nobody watches");
            }
        }
    }

    private static TimeSpan Kept(StalePolicy policy) => policy.KeepLastFor ?? TimeSpan.MaxValue;

    private static IEnumerable<Loosening> Whole(Plan before, Plan after)
    {
        if (before.SignedPushes && !after.SignedPushes)
        {
            yield return new Loosening("signals.signed", "pushed samples no longer need a signature");
        }

        if (before.Bake is { } bake && !(after.Bake >= bake))
        {
            yield return new Loosening("bake", $"triggers watch shorter after completion: {Durations.Format(bake)} becomes {(after.Bake is { } left ? Durations.Format(left) : "nothing")}");
        }

        if (before.Legacy != after.Legacy)
        {
            yield return new Loosening("legacy", "load returns to legacy at another pace: slower keeps users on new, faster may be more than legacy can take");
        }
    }

    private static IEnumerable<Loosening> Checks(Plan before, Plan after, string key)
    {
        var now = PlanPart.Entries(after, key);
        return PlanPart.Entries(before, key).Where(check => now.GetValueOrDefault(check.Key) != check.Value)
            .Select(check => new Loosening(key, $"the check '{check.Key}' after a rollback was {(now.ContainsKey(check.Key) ? "changed" : "removed")}"));
    }

    private static IEnumerable<Loosening> Times(Calendar? was, Calendar? now, DateTimeOffset at)
    {
        foreach (var freeze in (was?.Freezes ?? []).Where(
            freeze => freeze.To > at && !(now?.Freezes ?? []).Any(one => one.From <= freeze.From && one.To >= freeze.To)))
        {
            yield return new Loosening("calendar.freezes", $"the freeze '{freeze.Name}' no longer covers its whole time");
        }

        if (was is { Windows.IsEmpty: false } && (now is null || now.Windows.IsEmpty || now.TimeZone != was.TimeZone
            || !now.Windows.All(window => was.Windows.Any(one => Within(window, one)))))
        {
            yield return new Loosening("calendar.changeWindows", "steps may end at times at which they could not before");
        }
    }

    private static bool Within(ChangeWindow inner, ChangeWindow outer) =>
        inner.Days.All(outer.Days.Contains)
            && (inner == outer || (outer.From < outer.To && inner.From < inner.To && inner.From >= outer.From && inner.To <= outer.To)
            || (inner.From == outer.From && inner.To == outer.To));
}
