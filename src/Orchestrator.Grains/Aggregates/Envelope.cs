using Orchestrator.Domain.Events;

namespace Orchestrator.Grains.Aggregates;

/// <summary>Metadata of a command.</summary>
/// <param name="CommandId">A command that is retried under the same id applies once.</param>
/// <param name="Actor">Caller that the events record.</param>
/// <param name="Retryable">True when the caller may send it again under this id (an Idempotency-Key), so that the log must be asked first.</param>
/// <param name="ExpectedVersion">From <c>If-Match</c>; null for any.</param>
/// <param name="Cause">Id of what led to it.</param>
/// <param name="Correlation">Shared by all commands and events that follow from one request.</param>
/// <param name="Former">The ids under which an older build kept the same request; null for one that is not retryable.</param>
public sealed record Envelope(
    string CommandId, Actor Actor, bool Retryable = false, long? ExpectedVersion = null, string? Cause = null, string? Correlation = null,
    FormerCommand? Former = null)
{
    /// <summary>A command of the product itself, decided once.</summary>
    public static Envelope By(Actor actor, string? cause = null) => new(Guid.NewGuid().ToString("N"), actor, Cause: cause);

    /// <summary>Envelope of a command to another stream that this one leads to.</summary>
    public Envelope OfItsOwn() => By(Actor, CommandId) with { Correlation = Correlation };
}

/// <summary>Name that an older build gave a command: a request may be sent before an upgrade and again after it.</summary>
public sealed record FormerCommand(string CommandId, string Cause);
