using System.Collections.Immutable;

namespace Orchestrator.Domain.Alerts;

/// <summary>The known state of one alert name in one group. Fingerprints are 16 hexadecimal digits.</summary>
/// <param name="Alert">The name.</param>
/// <param name="Firing">Members known to fire, at most <see cref="AlertGroup.MostMembers"/> in a group.</param>
/// <param name="Unseen">Alerts which report that the rule of this name has no data; null for none.</param>
/// <param name="More">More fire than are kept, or may fire: the name fires until a whole message of the group says otherwise. Null for
/// false.</param>
/// <param name="Hidden">A truncated message may have left out an alert of this name, of which nothing else is known. Null for false.</param>
public sealed record KnownAlerts(string Alert, string[] Firing, string[]? Unseen = null, bool? More = null, bool? Hidden = null)
{
    /// <summary>True when a member is known to fire, or must be assumed to.</summary>
    internal bool Fires => Firing.Length > 0 || More == true;

    /// <summary>True when a further member may fire: there is no evidence.</summary>
    internal bool Blind => Unseen is { Length: > 0 } || Hidden == true;

    internal bool SameAs(KnownAlerts other) => Alert == other.Alert && Firing.AsSpan().SequenceEqual(other.Firing)
        && (Unseen ?? []).AsSpan().SequenceEqual(other.Unseen ?? []) && More == other.More && Hidden == other.Hidden;
}

/// <summary>A group of alerts in one message, as Alertmanager groups them.</summary>
/// <param name="HeardAt">Arrival of its newest message, or a little earlier: a message without news is not recorded each time.</param>
/// <param name="Alerts">By name, in the order of names.</param>
public sealed record AlertGroup(DateTimeOffset HeardAt, ImmutableArray<KnownAlerts> Alerts)
{
    /// <summary>Most fingerprints kept of a group; beyond them only "more fire" is kept.</summary>
    public const int MostMembers = 200;

    /// <summary>Most groups of a rollout that are kept by themselves; further ones are kept together.</summary>
    public const int MostGroups = 100;

    /// <summary>
    /// Key of the shared rest: messages without a group, and groups beyond <see cref="MostGroups"/>. No message ever covers it as a whole.
    /// </summary>
    public const string Rest = "rest";

    internal KnownAlerts? Of(string alert) => Alerts.FirstOrDefault(known => known.Alert == alert);

    internal bool SameAs(AlertGroup other) =>
        Alerts.Length == other.Alerts.Length && Alerts.Zip(other.Alerts).All(pair => pair.First.SameAs(pair.Second));
}
