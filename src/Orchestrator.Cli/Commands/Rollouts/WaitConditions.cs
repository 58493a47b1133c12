using System.Globalization;
using System.Text.Json;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Rollouts;

/// <summary>Conditions of <c>rollout wait --for</c>.</summary>
internal static class WaitConditions
{
    public const string Forms = "status=STATUS, step=NAME, phase=NAME, percentage>=N, gate=KIND (open) or review=open";

    /// <summary>Reads a condition over the view of a rollout.</summary>
    public static Func<JsonElement, bool> Read(string text)
    {
        if (text.Split(">=", 2) is ["percentage", var least])
        {
            return double.TryParse(least, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
                ? view => view.Number("percentage") >= percent
                : throw Failure.Invalid($"--for: \"{least}\" is no percentage from 0 to 100.");
        }

        return text.Split('=', 2) is not [var name, { Length: > 0 } value] ? throw Unknown(text) : name switch
        {
            "status" => view => view.Text("status") == value,
            "step" => view => view.Text("step") == value,
            "phase" => view => view.Text("phase") == value,
            // A gate without a row is not part of this step: its absence is no success.
            "gate" => view => view.Items("gates").Where(gate => gate.Text("kind") == value || gate.Text("gate") == value).ToArray() is { Length: > 0 } gates
                && gates.All(gate => gate.Text("verdict") is "met" or "warning"),
            "review" when value == "open" => view => view.Items("reviews").Any(review => review.Text("state") == "open"),
            _ => throw Unknown(text),
        };
    }

    /// <summary>True for a rollout that goes forward no more by itself.</summary>
    public static bool Breached(JsonElement view) => view.Text("status") is "rolledBack" or "aborted";

    private static Failure Unknown(string text) => Failure.Invalid($"--for is \"{text}\"; it must be {Forms}.");
}
