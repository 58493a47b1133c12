using System.Collections.Immutable;

namespace Orchestrator.Domain.Alerts;

/// <summary>The state of a group after a message. Whatever is unknown counts as firing.</summary>
internal static class AlertMerge
{
    /// <summary>The group after one of its own messages.</summary>
    public static AlertGroup Take(AlertGroup? known, AlertMessage message, bool whole, DateTimeOffset at)
    {
        var room = AlertGroup.MostMembers;
        var names = message.Alerts.Select(listed => listed.Alert).Concat(message.Hidden);
        if (!whole)
        {
            names = names.Concat(known?.Alerts.Select(alert => alert.Alert) ?? []);
        }

        var alerts = ImmutableArray.CreateBuilder<KnownAlerts>();
        foreach (var name in names.Distinct().Order(StringComparer.Ordinal))
        {
            var one = Take(whole ? null : known?.Of(name), Array.Find(message.Alerts, listed => listed.Alert == name), name,
                message.Hidden.Contains(name), ref room);
            if (one.Fires || one.Blind)
            {
                alerts.Add(one);
            }
        }

        return new AlertGroup(at, alerts.DrainToImmutable());
    }

    /// <summary>
    /// The group without these members, and without the guess that more of these names fire: a newer message replaces both.
    /// </summary>
    public static AlertGroup Without(AlertGroup known, IReadOnlySet<string> members, IReadOnlySet<string> guesses) => known with
    {
        Alerts = [.. known.Alerts.Select(alert => alert with
            {
                Firing = [.. alert.Firing.Where(m => !members.Contains(m))], Unseen = Few(alert.Unseen?.Where(m => !members.Contains(m))),
                More = guesses.Contains(alert.Alert) ? null : alert.More, Hidden = guesses.Contains(alert.Alert) ? null : alert.Hidden,
            })
            .Where(alert => alert.Fires || alert.Blind)],
    };

    private static KnownAlerts Take(KnownAlerts? known, ListedAlerts? listed, string name, bool hidden, ref int room)
    {
        var gone = listed?.Resolved ?? [];
        string[] firing = [.. (known?.Firing ?? []).Union(listed?.Firing ?? []).Except(gone).Order(StringComparer.Ordinal)];
        string[] unseen = [.. (known?.Unseen ?? []).Union(listed?.Unseen ?? []).Except(gone).Order(StringComparer.Ordinal)];

        // Members that a truncated message leaves out may fire like those that were listed, also when the listed ones no longer do.
        var fires = known?.Fires == true || listed is { Firing.Length: > 0 } or { More: true };
        var more = known?.More == true || listed?.More == true || firing.Length > room || (hidden && fires);
        firing = firing.Length > room ? firing[..room] : firing;
        room -= firing.Length;
        unseen = unseen.Length > room ? unseen[..Math.Max(room, 1)] : unseen;
        room = Math.Max(room - unseen.Length, 0);
        return new KnownAlerts(name, firing, Few(unseen), more ? true : null, (hidden || known?.Hidden == true) && !more ? true : null);
    }

    private static string[]? Few(IEnumerable<string>? members) => members?.ToArray() is { Length: > 0 } some ? some : null;
}
