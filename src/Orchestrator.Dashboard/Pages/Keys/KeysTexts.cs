using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Keys;

/// <summary>Sentences about keys.</summary>
public static class KeysTexts
{
    /// <summary>Roles and their holders, in the order of the API.</summary>
    public static IReadOnlyList<(string Role, string For)> Roles { get; } =
    [
        ("viewer", "reads"),
        ("support", "reads, reports complaints"),
        ("product", "decides go or no-go"),
        ("engineering", "operates rollouts"),
        ("devops", "plans, flags, segments, channels; rolls back"),
        ("admin", "everything, also keys"),
        ("evaluation", "a service that evaluates flags, in one environment"),
        ("ingest", "a service that sends metrics and alerts"),
        ("browser", "a program in users' hands, in one environment; the key is public"),
    ];

    /// <summary>Most seconds that are written.</summary>
    private const double MostSeconds = 1e12;

    private static readonly string[] Deciders = ["support", "product", "engineering", "devops", "admin"];

    /// <summary>First sentence of the page.</summary>
    public static string Lead(IReadOnlyList<KeyData> keys, bool more)
    {
        var (working, admins) = (keys.Count(one => one.RevokedAt is null), keys.Count(one => one is { RevokedAt: null, Role: "admin" }));
        var revoked = keys.Count - working;
        return $"{(more ? "On this page of the list, " : "")}{(working == 1 ? "1 key works" : $"{Numbers.Count(working)} keys work")}, {Numbers.Plural(admins, "admin key")} among them. "
            + $"{(revoked == 0 ? "None was" : revoked == 1 ? "One was" : $"{Numbers.Count(revoked)} were")} revoked.";
    }

    /// <summary>Reach of a key in words.</summary>
    public static string Reach(KeyData key) => key switch
    {
        { Environment: { } bound, Rollouts: { Count: > 0 } rollouts } => $"{bound}, {Numbers.List(rollouts)}",
        { Environment: { } bound } => bound,
        { Rollouts: { Count: > 0 } rollouts } => Numbers.List(rollouts),
        _ => "all environments",
    };

    /// <summary>First use of a key in words. The log has it of keys that a person made and that may decide reviews.</summary>
    public static string Use(KeyData key, Viewer viewer) => (key.FirstReadAt ?? key.FirstUsedAt) is { } first
        ? $"since {Times.Absolute(first, viewer)}"
        : key.CreatedBy is not null && Deciders.Contains(key.Role) ? "not used yet" : "not recorded";

    /// <summary>Newest use of a key in words: of this node alone, and since its start alone.</summary>
    public static string UsedHere(KeyData key) => key.UsedHere switch
    {
        null => "not on this node since its start",
        < 2 => "on this node just now",
        < MostSeconds and { } seconds => $"on this node {Durations.Text(TimeSpan.FromSeconds(seconds))} ago",
        _ => "on this node, unknown when",
    };

    /// <summary>Sign of a key.</summary>
    public static Sign Sign(KeyData key) => key.RevokedAt is null ? Verdicts.Met.As("works") : new Sign("–", "revoked", "is-plain");

    /// <summary>Consequence of a revocation.</summary>
    public static string Revokes(KeyData key) =>
        $"Key {key.Name} ({key.Id}, {key.Role}) stops working at once on this node and within seconds on all others. Sessions that were opened with it end. It cannot be taken back: make another key.";
}
