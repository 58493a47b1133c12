using System.Collections.Immutable;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Alerts;

/// <summary>The groups of alerts that a rollout knows. Pure: a message gives the groups it changes.</summary>
public static class AlertBook
{
    /// <summary>No group.</summary>
    public static readonly ImmutableSortedDictionary<string, AlertGroup> Empty =
        ImmutableSortedDictionary.Create<string, AlertGroup>(StringComparer.Ordinal);

    /// <summary>A group is recorded once more, although nothing changed, when this part of the repeat interval has passed.</summary>
    private const int HeardParts = 8;

    /// <summary>
    /// The time after which a firing group without a message is no evidence any more: the repeat interval and a quarter of it, at least ten
    /// minutes, for Alertmanager repeats at the next <c>group_interval</c> (5m) after it.
    /// </summary>
    public static TimeSpan Patience(TimeSpan repeat) =>
        repeat + (repeat / 4 > TimeSpan.FromMinutes(10) ? repeat / 4 : TimeSpan.FromMinutes(10));

    /// <summary>
    /// Groups that <paramref name="message"/> changes, or whose last message is worth recording again; a group without alerts is over.
    /// </summary>
    /// <param name="groups">The known groups.</param>
    /// <param name="message">The message.</param>
    /// <param name="at">Time of its arrival.</param>
    /// <param name="repeat">Repeat interval of the sender.</param>
    public static IEnumerable<(string Key, AlertGroup Group)> Take(
        ImmutableSortedDictionary<string, AlertGroup> groups, AlertMessage message, DateTimeOffset at, TimeSpan repeat)
    {
        var key = Key(groups, message);
        foreach (var (other, known) in groups.Where(group => group.Key != key))
        {
            var overdue = Overdue(known, at, repeat);
            var better = AlertMerge.Without(known, Better(message, other, key, overdue), Ended(message, overdue));
            if (!better.SameAs(known))
            {
                yield return (other, better);
            }
        }

        var before = groups.GetValueOrDefault(key);
        var standing = before is null
            ? null
            : AlertMerge.Without(before, ImmutableHashSet<string>.Empty, Ended(message, Overdue(before, at, repeat)));
        var after = AlertMerge.Take(standing, message, message.Complete && key != AlertGroup.Rest, at);
        if (before is null ? !after.Alerts.IsEmpty : !after.SameAs(before) || at - before.HeardAt >= repeat / HeardParts)
        {
            yield return (key, after);
        }
    }

    /// <summary>True when a member of the name is known to fire in any group, also in one that is silent.</summary>
    public static bool Knows(ImmutableSortedDictionary<string, AlertGroup> groups, string alert) =>
        groups.Values.Any(group => group.Of(alert)?.Fires == true);

    /// <summary>True when the name fires, false when it does not, null when there is no evidence.</summary>
    /// <param name="groups">The known groups.</param>
    /// <param name="raised">True when it was raised and not resolved; events of before groups have only that.</param>
    /// <param name="alert">The name.</param>
    /// <param name="at">The moment of the question.</param>
    /// <param name="repeat">Repeat interval of the sender.</param>
    public static bool? Fires(
        ImmutableSortedDictionary<string, AlertGroup> groups, bool raised, string alert, DateTimeOffset at, TimeSpan repeat)
    {
        bool known = false, blind = false;
        foreach (var group in groups.Values)
        {
            if (group.Of(alert) is not { } members)
            {
                continue;
            }

            if (members.Fires && !Overdue(group, at, repeat))
            {
                return true;
            }

            known |= members.Fires;
            blind = true;
        }

        return raised && !known ? true : blind ? null : false;
    }

    /// <summary>Reason and beginning of the doubt, for a name for which <see cref="Fires"/> gives null.</summary>
    public static (DateTimeOffset Since, string Why) Doubt(
        ImmutableSortedDictionary<string, AlertGroup> groups, string alert, TimeSpan repeat)
    {
        var (heard, members) = groups.Values.Select(group => (group.HeardAt, Members: group.Of(alert)))
            .Where(group => group.Members is not null).MinBy(group => group.HeardAt);
        return (heard, members switch
        {
            { Fires: true } => $"it fired, and its group has sent no message since {heard:u}, longer than its repeat interval of {Durations.Format(repeat)} allows",
            { Unseen: not null } => $"Grafana has had no data to evaluate it since {heard:u}",
            _ => $"a message of {heard:u} left alerts out (truncatedAlerts), and it may be among them",
        });
    }

    private static bool Overdue(AlertGroup group, DateTimeOffset at, TimeSpan repeat) => at - group.HeardAt > Patience(repeat);

    /// <summary>The group that takes the message: its own while there is room for one more, else the shared rest.</summary>
    private static string Key(ImmutableSortedDictionary<string, AlertGroup> groups, AlertMessage message) =>
        message.Group is { } own && (groups.ContainsKey(own) || groups.Count < AlertGroup.MostGroups) ? own : AlertGroup.Rest;

    /// <summary>
    /// Names for which a silent group leaves only a guess that more may fire: a message without a group that lists one as resolved ends the
    /// guess.
    /// </summary>
    private static HashSet<string> Ended(AlertMessage message, bool overdue) =>
        overdue && message.Group is null ? [.. message.Alerts.Where(listed => listed is { Resolved.Length: > 0, Firing: [], More: false })
            .Select(listed => listed.Alert)] : [];

    /// <summary>
    /// Members of other groups that this message updates. A message without a group ends an alert wherever it fired. For the
    /// shared rest, and for groups that went silent (the sender's routes have changed), the newest message about a member counts.
    /// </summary>
    private static HashSet<string> Better(AlertMessage message, string other, string key, bool overdue)
    {
        var newest = overdue || (other == AlertGroup.Rest && key != AlertGroup.Rest);
        return [.. message.Alerts.SelectMany(
            listed => newest ? listed.Resolved.Concat(listed.Firing).Concat(listed.Unseen) : message.Group is null ? listed.Resolved : [])];
    }
}
