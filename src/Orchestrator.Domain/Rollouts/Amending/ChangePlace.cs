using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>A changed value with its place. Both texts are whole JSON; null where there is no value.</summary>
internal sealed record PlacedChange(ChangePlace Place, string? Before, string? After);

/// <summary>Place of a value in both documents.</summary>
/// <param name="Was">Path in the old document; in the new one below an entry that is new.</param>
/// <param name="Now">Path in the new document; in the old one below an entry that is gone.</param>
/// <param name="Owner">The named part that has the value, in words: <c>step s10</c>; empty for the plan itself.</param>
/// <param name="Key">Path of the value below its owner; empty for the owner itself.</param>
internal sealed record ChangePlace(string Was, string Now, string Owner, string Key)
{
    private const string Phase = "phase ";

    public static ChangePlace Root { get; } = new("", "", "", "");

    /// <summary>The path as amendments report it: in the new document, where the value has a place there.</summary>
    public string Path => Now;

    public ChangePlace Member(string name)
    {
        var (was, now) = (Joined(Was, name), Joined(Now, name));

        // Metrics and segments have their names as keys.
        return Owner.Length == 0 && Key is "metrics" or "segments" or "environments"
            ? new ChangePlace(was, now, $"{Key[..^1]} {name}", "")
            : new ChangePlace(was, now, Owner, Joined(Key, name));
    }

    /// <summary>Name of an entry of this list that has none of its own; null where entries need one.</summary>
    public string? Unnamed(int index, int count) =>
        Key == "steps" && Owner.StartsWith(Phase, StringComparison.Ordinal) ? Step.Unnamed(Owner[Phase.Length..], index, count) : null;

    /// <param name="name">Name of the entry.</param>
    /// <param name="was">Index in the old list; null for a new entry.</param>
    /// <param name="now">Index in the new list; null for one that is gone.</param>
    public ChangePlace Entry(string name, int? was, int? now) => new(
        $"{Was}[{was ?? now}]", $"{Now}[{now ?? was}]", Named(name), "");

    private string Named(string name)
    {
        var kind = Key switch
        {
            "phases" => "phase",
            "steps" => "step",
            "triggers" => "trigger",
            "success" => "criterion",
            "alerts" => "alert",
            "objectives" => "objective",
            "channels" => "channel",
            "sources" => "source",
            "healthChecks" or "consistencyChecks" => "check",
            "calendar.freezes" => "freeze",
            "teams" => "team",
            "risks" => "risk",
            "dashboards" => "dashboard",
            _ => Key,
        };

        // Names of steps are unique in a plan; those of the other parts are not.
        return Owner.Length == 0 || kind == "step" ? $"{kind} {name}" : $"{kind} {name} of {Owner}";
    }

    private static string Joined(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
