using AngleSharp.Dom;

namespace Orchestrator.Dashboard.Tests.History;

/// <summary>The state of a rollout as a page shows it, in its own words: live, or within the frame of the past.</summary>
/// <param name="Head">Name, status, environment and share.</param>
/// <param name="Boxes">Alarm and incident.</param>
/// <param name="Gates">Gates with their verdicts.</param>
/// <param name="Triggers">Triggers with their states and distances.</param>
/// <param name="Audience">Segments with their shares.</param>
/// <param name="Objectives">Objectives, done and open.</param>
internal sealed record Shown(string Head, string Boxes, string Gates, string Triggers, string Audience, string Objectives)
{
    public static Shown Live(IDocument page) => Of(page.QuerySelector("main")!);

    public static Shown Past(IDocument page) => Of(page.QuerySelector(".past-frame")!);

    /// <summary>The first sentence; a live page adds what comes next, which a view of the past does not foretell.</summary>
    public static string Sentence(IDocument page, string part) => Words(page.QuerySelector($"{part} .lead")!);

    private static Shown Of(IElement part) => new(
        Words(part.QuerySelector(".head")!),
        string.Join(" | ", part.QuerySelectorAll(".alarm").Select(Words)),
        string.Join(" | ", Card(part, "gates")?.QuerySelectorAll("li").Select(gate => $"{Words(gate.QuerySelector(".pill")!)}: {Words(gate.QuerySelector("h3")!)}") ?? []),
        Whole(part, "triggers"),
        Whole(part, "audience"),
        Whole(part, "objectives"));

    private static IElement? Card(IElement part, string heading) => part.QuerySelector($"#{heading}")?.ParentElement;

    private static string Whole(IElement part, string heading) => Card(part, heading) is { } card ? Words(card) : "";

    /// <summary>Words without those of buttons, which the past does not have.</summary>
    private static string Words(IElement element)
    {
        var copy = (IElement)element.Clone();
        foreach (var button in copy.QuerySelectorAll(".btn, button").ToArray())
        {
            button.Remove();
        }

        return Seen.Words(copy);
    }
}
