using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Domain.Journeys;

/// <summary>Answers of one flag for one user over a time, by the log: intervals with one answer each.</summary>
/// <param name="Intervals">Intervals, oldest first; none while there was no such flag.</param>
/// <param name="Cut">True when there are older intervals than these.</param>
public sealed record Journey(ImmutableArray<JourneyInterval> Intervals, bool Cut)
{
    /// <summary>Most intervals of a journey. Of more the newest are kept.</summary>
    public const int Most = 1_000;
}

/// <summary>A time with one answer: variant, value, reason, rollout and step stay.</summary>
/// <param name="From">Its begin, UTC; may lie before the requested time.</param>
/// <param name="Until">Its end; null where it lasts to the end of the requested time.</param>
/// <param name="Answer">The answer at its begin.</param>
/// <param name="Cause">The event that began it.</param>
/// <param name="Text">The reason of its begin, for a place in a sentence: <c>joined at 10 %, bucket 8,211</c>.</param>
public sealed record JourneyInterval(
    DateTimeOffset From, DateTimeOffset? Until, Explanation Answer, RecordedEvent Cause, string Text);
