using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Client;

/// <summary>
/// Answers in traces, by OpenTelemetry's semantic conventions for feature flags. Needs no package: an exporter listens to
/// <see cref="Activity"/>.
/// </summary>
public static class RouteTracingExtensions
{
    /// <summary>
    /// Adds the event <c>feature_flag.evaluation</c> with flag, variant, reason, version and error to an activity that is
    /// recorded; does nothing else. The user's key is left out: traces are no place for it.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="flag">The flag's key.</param>
    /// <param name="activity">The activity; null takes the current one.</param>
    /// <returns>The same answer.</returns>
    public static RouteResult Traced(this RouteResult answer, string flag, Activity? activity = null)
    {
        activity ??= Activity.Current;
        if (activity is not { IsAllDataRequested: true })
        {
            return answer;
        }

        var tags = new ActivityTagsCollection
        {
            ["feature_flag.key"] = flag,
            ["feature_flag.provider.name"] = "rollout-orchestrator",
            ["feature_flag.result.reason"] = answer.ReasonName.ToLowerInvariant(),
        };
        if (answer.VariantName is { } variant)
        {
            tags["feature_flag.result.variant"] = variant;
        }

        if (answer.Rollout is { } rollout)
        {
            tags["feature_flag.set.id"] = rollout;
            tags["feature_flag.version"] = answer.RolloutVersion.ToString(CultureInfo.InvariantCulture);
        }

        if (answer.ErrorCode is { } error)
        {
            tags["error.type"] = error.ToLowerInvariant();
        }

        activity.AddEvent(new ActivityEvent("feature_flag.evaluation", tags: tags));
        return answer;
    }
}
