namespace Orchestrator.Cli.Watch.Tree;

/// <summary>Verdicts of gates and states of triggers as signs, words and tones.</summary>
internal static class Verdicts
{
    /// <summary>Part of the way to a threshold from which a trigger is near it.</summary>
    public const double Near = 0.8;

    public static string Sign(Marks marks, string? verdict) => verdict switch
    {
        "met" => marks.Met,
        "warning" => marks.Near,
        "breached" => marks.Breached,
        "noEvidence" => marks.Unknown,
        _ => marks.Waiting,
    };

    public static Tone Tone(string? verdict) => verdict switch
    {
        "met" => Tree.Tone.Good,
        "warning" => Tree.Tone.Warning,
        "breached" => Tree.Tone.Bad,
        "noEvidence" => Tree.Tone.Warning,
        _ => Tree.Tone.Note,
    };

    public static string Word(string? verdict) => verdict switch
    {
        "met" => "met",
        "warning" => "warning",
        "breached" => "breached",
        "noEvidence" => "no evidence",
        _ => "waiting",
    };

    public static bool Open(string? verdict) => verdict is "met" or "warning";

    /// <summary>Order of what matters most: breached, no evidence, waiting, warning, met.</summary>
    public static int Rank(string? verdict) => verdict switch
    {
        "breached" => 0,
        "noEvidence" => 1,
        "warning" => 3,
        "met" => 4,
        _ => 2,
    };
}
