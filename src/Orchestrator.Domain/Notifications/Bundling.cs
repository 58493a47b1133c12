using System.Collections.Immutable;

namespace Orchestrator.Domain.Notifications;

/// <summary>Merges notifications that have waited too long into one.</summary>
internal static class Bundling
{
    /// <summary>
    /// The queue with its oldest foldable notifications merged, in the place of the last of them: critical ones in between come first.
    /// </summary>
    public static ImmutableArray<Delivery> Fold(ImmutableArray<Delivery> pending, DateTimeOffset now)
    {
        // A notification that was tried may have arrived: under its id it must stay what it is.
        var all = pending.Count(d => d.Notification.Level == Level.Critical) > ChannelQueue.MostCritical;
        var fold = pending
            .Where(d => d.Attempts == 0 && (all || d.Notification.Level != Level.Critical))
            .Take(pending.Length - (ChannelQueue.Most / 2) + 1).ToArray();
        return fold.Length < 2
            ? pending
            : pending.RemoveRange(fold).Insert(pending.IndexOf(fold[^1]) - (fold.Length - 1), new Delivery(One(fold), now));
    }

    private static Notification One(Delivery[] fold)
    {
        var all = fold.Select(d => d.Notification).ToArray();
        var last = all[^1];
        var (count, from) = (all.Sum(n => n.Folded?.Count ?? 1), all.Min(n => n.Folded?.From ?? n.At));
        return last with
        {
            Id = $"{last.EventId}-{last.Channel}-folded",
            Level = all.Select(n => n.Level).Aggregate(Level.Higher),
            Title = $"{count} notifications in one",
            Text = $"{count} notifications of plan {last.Plan} waited for this channel from {from:u} to {last.At:u} and were folded into this one; the newest was: {last.Title}.",
            Folded = new Bundle(count, from),
            Incident = null,
            Others = null,
            Step = null,
            By = null,
            Escalated = false,
        };
    }
}
