namespace Orchestrator.Dashboard.Pages.Rollouts;

/// <summary>Words of a verb on its page.</summary>
/// <param name="Name">Name in the API, and last part of the page's address.</param>
/// <param name="Title">Imperative: "Advance".</param>
/// <param name="Button">Text of the button that does it.</param>
/// <param name="Does">Consequence, where the API has no sentence for this rollout.</param>
/// <param name="DoesNot">Limit of the consequence; null without one.</param>
/// <param name="Forward">True when more users may be on new by it: its reason is empty and required, and the caller types nothing less.</param>
/// <param name="Danger">True for the red button.</param>
public sealed record VerbWords(
    string Name, string Title, string Button, string Does, string? DoesNot = null, bool Forward = false, bool Danger = false)
{
    /// <summary>Verbs with a page of their own kind here; roll back, reviews and objectives have other pages.</summary>
    public static IReadOnlyList<VerbWords> All { get; } =
    [
        new("start", "Start", "Start now", "The first step of the plan begins.", Forward: true),
        new("pause", "Pause", "Pause now", "No step follows until the rollout is resumed.", "Users keep their variant, and triggers still roll back."),
        new("resume", "Resume", "Resume now", "Steps follow again when their gates open.", "The time of the pause does not count for the hold.", Forward: true),
        new("advance", "Advance", "Advance now", "The hold of this step ends now.", "Evidence, reviews and change windows still decide.", Forward: true),
        new("step-back", "Step back", "Step back now", "The previous step is in force again, and is held there.", "Users of the steps before stay on new."),
        new("restore", "Restore", "Restore now", "The rollback is undone: its users are on new again.", Forward: true),
        new("keep-back", "Keep on legacy", "Keep on legacy", "Segments that were taken back stay on legacy and no longer hold the end.", Forward: true),
        new("confirm", "Confirm", "Confirm now", "The rollout continues where the restored backup has it.", Forward: true),
        new("abort", "Abort", "Abort for good", "The rollout ends for good, with all users on legacy.", "It cannot be resumed.", Forward: true, Danger: true),
        new("retire", "Retire", "Retire now", "The rollout ends; the flag has its static value from then on.", Forward: true, Danger: true),
    ];

    /// <summary>Words of a verb; null when it has no such page.</summary>
    public static VerbWords? Of(string name) => All.FirstOrDefault(verb => verb.Name == name);
}
