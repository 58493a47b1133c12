using Orchestrator.Faults.Recording;

namespace Orchestrator.Faults.Tests;

/// <summary>Recordings made by hand: one in which all is well, and entries to spoil it with.</summary>
internal static class Recordings
{
    public const string Rollout = "r";

    /// <summary>
    /// Two nodes, a rollback at second 10, a restore at 30, and another rollback at 40 by a trigger; everything as it should be. The bound
    /// is 3 s.
    /// </summary>
    public static List<Entry> Clean() =>
    [
        new Entry.Expected(0, Rollout, ["RolledBack"]),
        Answer(9.5, "new", position: 2), Answer(9.5, "new", position: 2, node: "b/1"),
        new Entry.Commanded(10, 9.9, "c1", Rollout, "rollback", "a/1", 200, null, 3, 1),
        Answer(10.5, "new", position: 2, node: "b/1"), Answer(10.5, "legacy", position: 3, node: "a/1"), Answer(20, "legacy", position: 3, node: "b/1"),
        new Entry.Commanded(30, 29.9, "c2", Rollout, "restore", "a/1", 200, null, 4, 1),
        Answer(31, "new", position: 4), Answer(31, "new", position: 4, node: "b/1"),
        Answer(41, "legacy", position: 6), Answer(42, "legacy", position: 4, reason: "STALE", node: "b/1"),
        .. Events("a/1"), .. Events("b/1"),
        .. Kept("a/1"), .. Kept("b/1"),
        new Entry.Told(10.2, "n1", "e3", "RolledBack", Rollout, false), new Entry.Told(12, "n1", "e3", "RolledBack", Rollout, false),
        new Entry.Told(40.2, "n2", "e6", "RolledBack", Rollout, false), new Entry.Told(50, "n2-escalated", "e6", "RolledBack", Rollout, true),
        new Entry.Verified(60, "a/1", Rollout, 6, true),
        .. Walked("a/1"), .. Walked("b/1"),
        new Entry.Stood(60, "a/1", Rollout, 6, "status=rolledBack", "status=rolledBack"), new Entry.Stood(60, "b/1", Rollout, 6, "status=rolledBack", "status=rolledBack"),
    ];

    public static Entry.Answered Answer(
        double t, string variant, long position, string node = "a/1", string user = "u", string reason = "SPLIT", double? asked = null) =>
        new(t, asked ?? t - 0.01, node, Rollout, position, user, variant, reason, 1);

    public static Entry.Kept Event(
        string node, long position, string type, string? correlation = null, string? id = null, long? version = null, string data = "{}") =>
        new(60, node, position, "rollout/" + Rollout, version ?? position, id ?? $"e{position}", type, correlation, $"h{position}", data);

    private static IEnumerable<Entry> Walked(string node) =>
    [
        new Entry.Walked(60, node, Rollout, "u", 2, "new"), new Entry.Walked(60, node, Rollout, "u", 3, "legacy"),
        new Entry.Walked(60, node, Rollout, "u", 4, "new"), new Entry.Walked(60, node, Rollout, "u", 6, "legacy"),
    ];

    private static IEnumerable<Entry> Kept(string node) =>
    [
        Event(node, 1, "RolloutCreated"), Event(node, 2, "RolloutStarted"), Event(node, 3, "RolledBack", "c1"), Event(node, 4, "RolloutRestored", "c2"),
        Event(node, 5, "TriggerFired", data: """{"trigger":"errors","since":"2026-01-01T00:00:00Z"}"""), Event(node, 6, "RolledBack"),
    ];

    private static IEnumerable<Entry> Events(string node) =>
        Kept(node).Cast<Entry.Kept>().Select(kept => new Entry.Noticed(kept.Position switch { 3 => 10.1, 6 => 40, var p => p }, node,
            kept.Stream, kept.Position, kept.Id, kept.Type, kept.Correlation));
}
