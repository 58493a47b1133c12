using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.Aggregates;

/// <summary>
/// Outcome of a command. A value, not an exception: it crosses silos, and the compiler checks that every case is handled.
/// </summary>
public sealed record CommandResult(
    CommandOutcome Outcome, long Version, long Position = 0, string? Code = null, string? Message = null, InputError[]? Errors = null)
{
    public static CommandResult Refused(long version, string code, string message) =>
        new(CommandOutcome.Refused, version, 0, code, message);

    public static CommandResult Invalid(params InputError[] errors) => new(CommandOutcome.Invalid, 0, 0, "input.invalid", "The input is not valid.", errors);

    /// <summary>Result of a command that may have been sent before; null when the log has no event of it.</summary>
    /// <param name="log">The log to search.</param>
    /// <param name="stream">Stream of the aggregate.</param>
    /// <param name="envelope">Metadata of the command.</param>
    /// <param name="version">The stream's; null for that of the command itself.</param>
    public static async Task<CommandResult?> Repeated(IEventLog log, string stream, Envelope envelope, long? version = null)
    {
        if (await log.FindCommand(stream, envelope.CommandId) is [.., var last])
        {
            return Repeated(envelope, last, version ?? last.Version);
        }

        return envelope.Former is { } former && await log.FindCommand(stream, former.CommandId) is [.., var older]
            ? Repeated(envelope with { Cause = former.Cause }, older, version ?? older.Version)
            : null;
    }

    /// <summary>Result of a command whose id the log has: already applied, or another command under a used id.</summary>
    /// <param name="envelope">Metadata of the command.</param>
    /// <param name="last">The newest event of the earlier command.</param>
    /// <param name="version">The stream's.</param>
    private static CommandResult Repeated(Envelope envelope, RecordedEvent last, long version) =>
        // Events of older versions have no cause, so the earlier request cannot be compared.
        envelope.Cause is { } cause && last.Cause is { } before && cause != before
            ? new CommandResult(CommandOutcome.Invalid, version, 0, "idempotency.key_reused", "This Idempotency-Key was used for another request to this resource (another verb, query or body); use a new one.")
            : new CommandResult(CommandOutcome.Unchanged, last.Version, last.Position);
}
