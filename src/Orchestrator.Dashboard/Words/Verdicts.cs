namespace Orchestrator.Dashboard.Words;

/// <summary>A judgement as a reader sees it: sign, word and class. The colour alone never says it.</summary>
/// <param name="Mark">Sign before the word.</param>
/// <param name="Word">The word.</param>
/// <param name="Class">Class of the style sheet.</param>
public sealed record Sign(string Mark, string Word, string Class)
{
    /// <summary>Sign and word: <c>✓ met</c>.</summary>
    public string Text => $"{Mark} {Word}";
}

/// <summary>Words of verdicts. An unknown or absent verdict is "no evidence": absence of data is never success.</summary>
public static class Verdicts
{
    /// <summary>It holds.</summary>
    public static Sign Met { get; } = new("✓", "met", "is-met");

    /// <summary>It does not hold.</summary>
    public static Sign Breached { get; } = new("✕", "breached", "is-breached");

    /// <summary>It holds, close to its limit.</summary>
    public static Sign Warning { get; } = new("!", "warning", "is-warning");

    /// <summary>Too little was measured.</summary>
    public static Sign NoEvidence { get; } = new("?", "no evidence", "is-none");

    /// <summary>A time or a person is waited for.</summary>
    public static Sign Waiting { get; } = new("…", "waiting", "is-waiting");

    /// <summary>
    /// The sign of a verdict as the API writes it: <c>met</c>, <c>breached</c>, <c>warning</c>, <c>noEvidence</c>, <c>waiting</c>.
    /// </summary>
    public static Sign Of(string? verdict) => verdict switch
    {
        "met" => Met,
        "breached" => Breached,
        "warning" => Warning,
        "waiting" => Waiting,
        _ => NoEvidence,
    };

    /// <summary>The class of the sign with another word, as <c>✓ fresh</c> or <c>✕ not delivered</c>.</summary>
    public static Sign As(this Sign sign, string word) => sign with { Word = word };
}

/// <summary>Words of a rollout's status.</summary>
public static class Statuses
{
    /// <summary>The sign of a status as the API writes it; one of a younger build keeps its own name.</summary>
    public static Sign Of(string? status) => status switch
    {
        "created" => new("○", "created", "is-plain"),
        "running" => new("●", "running", "is-met"),
        "paused" => new("‖", "paused", "is-warning"),
        "rolledBack" => new("↩", "rolled back", "is-breached"),
        "completed" => new("✓", "completed", "is-met"),
        "aborted" => new("✕", "aborted", "is-breached"),
        "retired" => new("–", "retired", "is-plain"),
        "held" => new("!", "held", "is-warning"),
        null or "" => new("?", "unknown", "is-none"),
        _ => new("?", status, "is-none"),
    };
}
