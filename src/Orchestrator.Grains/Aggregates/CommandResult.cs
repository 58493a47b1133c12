using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Grains.Aggregates;

/// <summary>Metadata of a command.</summary>
/// <param name="CommandId">A command that is retried under the same id applies once.</param>
/// <param name="Actor">Caller that the events record.</param>
/// <param name="Retryable">True when the caller may send it again under this id (an Idempotency-Key), so that the log must be asked first.</param>
/// <param name="ExpectedVersion">From <c>If-Match</c>; null for any.</param>
/// <param name="Cause">Id of the event or command that led to it.</param>
/// <param name="Correlation">Shared by all commands and events that follow from one request.</param>
/// <param name="Former">The ids under which an older build kept the same request; null for one that is not retryable.</param>
public sealed record Envelope(
    string CommandId, Actor Actor, bool Retryable = false, long? ExpectedVersion = null, string? Cause = null, string? Correlation = null, FormerCommand? Former = null)
{
    /// <summary>A command of the product itself, decided once.</summary>
    public static Envelope By(Actor actor, string? cause = null) => new(Guid.NewGuid().ToString("N"), actor, Cause: cause);

    /// <summary>Envelope of a command to another stream that this one leads to.</summary>
    public Envelope OfItsOwn() => By(Actor, CommandId) with { Correlation = Correlation };
}

/// <summary>Name that an older build gave a command: a request may be sent before an upgrade and again after it.</summary>
public sealed record FormerCommand(string CommandId, string Cause);

/// <summary>
/// Outcome of a command. A value, not an exception: it crosses silos, and the compiler checks that every case is handled.
/// </summary>
public sealed record CommandResult(CommandOutcome Outcome, long Version, long Position = 0, string? Code = null, string? Message = null, InputError[]? Errors = null)
{
    public static CommandResult Refused(long version, string code, string message) => new(CommandOutcome.Refused, version, 0, code, message);

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

public enum CommandOutcome
{
    /// <summary>Events were appended.</summary>
    Applied,

    /// <summary>The state was already so, or the command was already applied under this id.</summary>
    Unchanged,

    /// <summary>The state does not allow it (409).</summary>
    Refused,

    /// <summary>The expected version is not the actual one (412).</summary>
    VersionMismatch,

    /// <summary>The input is wrong (422).</summary>
    Invalid,

    /// <summary>The log is unavailable, or the outcome is unknown in time (503); safe to retry under the same id.</summary>
    Unavailable,

    /// <summary>The log cannot be written now; the command is stored and applied once it can (202).</summary>
    Kept,
}
