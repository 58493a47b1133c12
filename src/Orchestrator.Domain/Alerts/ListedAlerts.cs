namespace Orchestrator.Domain.Alerts;

/// <summary>The alerts of one name in one message. Fingerprints are 16 hexadecimal digits.</summary>
/// <param name="Alert">The name.</param>
/// <param name="Firing">Fingerprints listed as firing.</param>
/// <param name="Resolved">Fingerprints listed as resolved.</param>
/// <param name="Unseen">Fingerprints of alerts which report that the rule of this name has no data or cannot be evaluated.</param>
/// <param name="More">More fire than are listed here.</param>
/// <param name="Summary">Summary of the first one that fires; null when none has one.</param>
public sealed record ListedAlerts(
    string Alert, string[] Firing, string[] Resolved, string[] Unseen, bool More = false, string? Summary = null);

/// <summary>One message of an alert manager, limited to the alerts that the plan reads.</summary>
/// <param name="Group">Hash of its <c>groupKey</c>; null when it names no group.</param>
/// <param name="Complete">True when it lists its whole group: an alert that it does not list does not fire there.</param>
/// <param name="Alerts">The listed alerts, one entry a name.</param>
/// <param name="Hidden">Names that an omitted alert may have; empty unless the message was truncated.</param>
public sealed record AlertMessage(string? Group, bool Complete, ListedAlerts[] Alerts, string[] Hidden);
