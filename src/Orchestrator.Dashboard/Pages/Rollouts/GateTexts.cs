namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Names of gates.</summary>
public static class GateTexts
{
    /// <summary>Name of a gate, with its kind where the name alone does not say it.</summary>
    public static string Title(GateData gate) => gate.Kind switch
    {
        "confirm" => "Confirmation after a restored backup",
        "pause" => "Resume",
        "hold" => $"Hold of {gate.Name}",
        "samples" => "Samples of new",
        "review" => $"Review {gate.Name}",
        "objective" => $"Objective {gate.Name}",
        "segment" => $"Segment {gate.Name}",
        "line" => $"Line of {gate.Name}",
        "freeze" => $"Freeze {gate.Name}",
        "changeWindow" => "Change window",
        _ => gate.Name,
    };
}
