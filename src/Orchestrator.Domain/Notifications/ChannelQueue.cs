using System.Collections.Immutable;

namespace Orchestrator.Domain.Notifications;

/// <summary>
/// Delivered and pending notifications of one channel, in order: nothing overtakes. An unreachable channel is tried less and less often,
/// each notification for a day at most; meanwhile pending ones are folded together, so that no operator wakes up to a hundred messages.
/// </summary>
public sealed record ChannelQueue
{
    /// <summary>A queue without notifications.</summary>
    public static readonly ChannelQueue Empty = new();

    /// <summary>Most pending notifications: beyond that, the oldest that are not critical become one.</summary>
    public const int Most = 50;

    /// <summary>Most pending critical notifications: beyond that, they are folded too.</summary>
    public const int MostCritical = 200;

    /// <summary>Most delivered ones, and most given-up ones, that are kept for display.</summary>
    public const int Kept = 100;

    /// <summary>Time after which a notification is given up.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromHours(1);

    /// <summary>Position of the newest event in the queue: earlier events are not added again.</summary>
    public long Newest { get; init; }

    /// <summary>Pending notifications, the next one first.</summary>
    public ImmutableArray<Delivery> Pending { get; init; } = [];

    /// <summary>The newest delivered ones, oldest first.</summary>
    public ImmutableArray<Delivery> Delivered { get; init; } = [];

    /// <summary>The newest given-up ones, oldest first.</summary>
    public ImmutableArray<Delivery> Dead { get; init; } = [];

    /// <summary>All of them.</summary>
    public IEnumerable<Delivery> All() => Pending.Concat(Delivered).Concat(Dead);

    /// <summary>Adds new notifications, in order; a known one changes nothing.</summary>
    public ChannelQueue Add(IEnumerable<Notification> notifications, DateTimeOffset now)
    {
        var queue = this;
        foreach (var one in notifications)
        {
            queue = queue.Knows(one)
                ? queue
                : queue with { Pending = queue.Pending.Add(new Delivery(one, now)), Newest = Math.Max(queue.Newest, one.Position) };
        }

        return queue.Pending.Length > Most ? queue with { Pending = Bundling.Fold(queue.Pending, now) } : queue;
    }

    /// <summary>
    /// The notification to try now; null when none is due. One that is due later than any back-off allows is due now: it was added or tried
    /// while the wall clock ran ahead, and no recipient should wait until it is that late again.
    /// </summary>
    public Delivery? Due(DateTimeOffset now) =>
        Pending is [var head, ..] && (head.NextAt <= now || head.NextAt - now > BackOff(head.Attempts, 1)) ? head : null;

    /// <summary>Records that the first one is being tried, so that it is no longer folded.</summary>
    public ChannelQueue Begin() => this with { Pending = Pending.SetItem(0, Pending[0] with { Attempts = Pending[0].Attempts + 1 }) };

    /// <summary>Records the outcome of a try.</summary>
    /// <param name="id">Id of the delivery.</param>
    /// <param name="attempt">Its outcome.</param>
    /// <param name="now">Time of the outcome, UTC.</param>
    /// <param name="chance">Random number from 0 to 1; spreads the next tries of many over time.</param>
    public ChannelQueue End(string id, Attempt attempt, DateTimeOffset now, double chance)
    {
        if (Pending is not [var head, ..] || head.Notification.Id != id)
        {
            return this;
        }

        var rest = Pending.RemoveAt(0);
        return attempt switch
        {
            Attempt.Accepted =>
                this with { Pending = rest, Delivered = Keep(Delivered, head with { LastError = null }, DeliveryState.Delivered, now) },
            Attempt.Failed failed when failed.ForGood || now - head.QueuedAt >= GiveUpAfter =>
                this with { Pending = rest, Dead = Keep(Dead, head with { LastError = failed.Reason }, DeliveryState.Dead, now) },
            Attempt.Failed failed => this with
            {
                Pending = Pending.SetItem(0, head with
                {
                    LastError = failed.Reason,
                    NextAt = Earlier(now + BackOff(head.Attempts, chance), head.QueuedAt + GiveUpAfter)
                }),
            },
            _ => throw new ArgumentException($"Unknown attempt {attempt}.", nameof(attempt)),
        };
    }

    /// <summary>
    /// Retries a delivery; a given-up one goes to the end of the queue for another day. Null when there is no such delivery.
    /// </summary>
    public ChannelQueue? Retry(string id, DateTimeOffset now)
    {
        if (Dead.FirstOrDefault(d => d.Notification.Id == id) is { } dead)
        {
            return this with { Dead = Dead.Remove(dead), Pending = Pending.Add(new Delivery(dead.Notification, now)) };
        }

        return Pending.Any(d => d.Notification.Id == id)
            ? this with { Pending = Pending.SetItem(0, Pending[0] with { NextAt = now }) }
            : null;
    }

    /// <summary>Time to wait after so many tries: 5 s, then twice as long each time up to an hour, a fifth more or less.</summary>
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
