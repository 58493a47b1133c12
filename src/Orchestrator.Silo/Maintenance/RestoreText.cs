using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Recovery;

namespace Orchestrator.Silo.Maintenance;

/// <summary>Printed result of a restore.</summary>
internal static class RestoreText
{
    public static void Write(RestoreReport report, Checkpoint? checkpoint, TextWriter output)
    {
        output.WriteLine($"Newest event: position {report.Position}{(report.Newest is { } newest ? $" of {newest:u}" : "")}. Timeline {report.Timeline} begins.");
        Missing(report, checkpoint, output);
        foreach (var stream in report.Unreadable)
        {
            output.WriteLine($"  {stream} has events unknown to this build: it is quarantined and stays as it is.");
        }

        if (report.Held.IsEmpty)
        {
            output.WriteLine("No rollout had users on new; there is nothing to confirm.");
            return;
        }

        output.WriteLine($"Held at legacy until an operator confirms (POST /api/v1/rollouts/ID/confirm), rolls back or aborts ({report.Held.Length}):");
        foreach (var rollout in report.Held)
        {
            output.WriteLine($"  {rollout}");
        }
    }

    private static void Missing(RestoreReport report, Checkpoint? checkpoint, TextWriter output)
    {
        if (checkpoint is null)
        {
            output.WriteLine("No checkpoint was given, so missing events cannot be detected.");
            return;
        }

        output.WriteLine(report.Missing.IsEmpty
            ? $"Nothing of the checkpoint of {checkpoint.At:u} is missing."
            : $"Missing against the checkpoint of {checkpoint.At:u}:");
        foreach (var one in report.Missing)
        {
            output.WriteLine($"  {one.Text}");
        }

        if (report.Missing.Any(one => one.Stream == AccessEvents.Stream()))
        {
            output.WriteLine("  Keys that were revoked since then work again: revoke them again.");
        }
    }
}
