using System.Collections.Immutable;

namespace Orchestrator.Domain.Notifications;

/// <summary>
/// What one channel was and is to be told, in order: nothing overtakes. A channel that cannot be reached is tried less and less often,
/// each notification for a day at most; what waits meanwhile is folded together, so that nobody wakes up to a hundred messages.
/// </summary>
public sealed record ChannelQueue
{
    /// <summary>Nothing was ever told.</summary>
    public static readonly ChannelQueue Empty = new();

    /// <summary>More than this many do not wait: the oldest that are not critical become one.</summary>
    public const int Most = 50;

    /// <summary>When more critical ones than this wait, they are folded too.</summary>
    public const int MostCritical = 200;

    /// <summary>How many that arrived, and how many that were given up, are kept to be looked at.</summary>
    public const int Kept = 100;

    /// <summary>After this a notification is given up.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromHours(1);

    /// <summary>Position of the newest event that was put in: what came before it is not put in again.</summary>
    public long Newest { get; init; }

    /// <summary>Waiting, the next one first.</summary>
    public ImmutableArray<Delivery> Pending { get; init; } = [];

    /// <summary>The newest that arrived, oldest first.</summary>
    public ImmutableArray<Delivery> Delivered { get; init; } = [];

    /// <summary>The newest that were given up, oldest first.</summary>
    public ImmutableArray<Delivery> Dead { get; init; } = [];

    /// <summary>All of them.</summary>
    public IEnumerable<Delivery> All() => Pending.Concat(Delivered).Concat(Dead);

    /// <summary>Puts in what is new, in order; what is known already changes nothing.</summary>
    public ChannelQueue Add(IEnumerable<Notification> notifications, DateTimeOffset now)
    {
        var queue = this;
        foreach (var one in notifications)
        {
            queue = queue.Knows(one)
                ? queue
                : queue with { Pending = queue.Pending.Add(new Delivery(one, now)), Newest = Math.Max(queue.Newest, one.Position) };
        }

        return queue.Pending.Length > Most ? queue with { Pending = Folding.Fold(queue.Pending, now) } : queue;
    }

    /// <summary>
    /// The one to try now; null when none is due. One that is farther away than it could have been put off is due too: it was put in or tried
    /// while the wall clock ran ahead, and nobody should wait until it is that late again.
    /// </summary>
    public Delivery? Due(DateTimeOffset now) =>
        Pending is [var head, ..] && (head.NextAt <= now || head.NextAt - now > BackOff(head.Attempts, 1)) ? head : null;

    /// <summary>Notes that the first one is being tried, so that it stays what it is.</summary>
    public ChannelQueue Begin() => this with { Pending = Pending.SetItem(0, Pending[0] with { Attempts = Pending[0].Attempts + 1 }) };

    /// <summary>Notes how the try ended.</summary>
    /// <param name="id">What was tried.</param>
    /// <param name="attempt">How it ended.</param>
    /// <param name="now">When.</param>
    /// <param name="chance">From 0 to 1; spreads the next tries of many over time.</param>
    public ChannelQueue End(string id, Attempt attempt, DateTimeOffset now, double chance)
    {
        if (Pending is not [var head, ..] || head.Notification.Id != id)
        {
            return this;
        }

        var rest = Pending.RemoveAt(0);
        return attempt switch
        {
            Attempt.Accepted => this with { Pending = rest, Delivered = Keep(Delivered, head with { LastError = null }, DeliveryState.Delivered, now) },
            Attempt.Failed failed when failed.ForGood || now - head.QueuedAt >= GiveUpAfter =>
                this with { Pending = rest, Dead = Keep(Dead, head with { LastError = failed.Reason }, DeliveryState.Dead, now) },
            Attempt.Failed failed => this with
            {
                Pending = Pending.SetItem(0, head with { LastError = failed.Reason, NextAt = Earlier(now + BackOff(head.Attempts, chance), head.QueuedAt + GiveUpAfter) }),
            },
            _ => throw new ArgumentException($"Unknown attempt {attempt}.", nameof(attempt)),
        };
    }

    /// <summary>Has it tried again now: one given up goes to the end of the queue for another day. Null when there is none such.</summary>
    public ChannelQueue? Retry(string id, DateTimeOffset now)
    {
        if (Dead.FirstOrDefault(d => d.Notification.Id == id) is { } dead)
        {
            return this with { Dead = Dead.Remove(dead), Pending = Pending.Add(new Delivery(dead.Notification, now)) };
        }

        return Pending.Any(d => d.Notification.Id == id) ? this with { Pending = Pending.SetItem(0, Pending[0] with { NextAt = now }) } : null;
    }

    /// <summary>How long to wait after so many tries: 5 s, then twice as long each time up to an hour, a fifth more or less.</summary>
    public static TimeSpan BackOff(int attempts, double chance)
    {
        var plain = Math.Min(LongestBackOff.TotalSeconds, FirstBackOff.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20)));
        return TimeSpan.FromSeconds(plain * (0.8 + (0.4 * chance)));
    }

    private bool Knows(Notification one) => one.Escalated ? All().Any(d => d.Notification.Id == one.Id) : one.Position <= Newest;

    private static ImmutableArray<Delivery> Keep(ImmutableArray<Delivery> kept, Delivery one, DeliveryState state, DateTimeOffset now)
    {
        var all = kept.Add(one with { State = state, EndedAt = now, NextAt = null });
        return all.Length > Kept ? all.RemoveRange(0, all.Length - Kept) : all;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
