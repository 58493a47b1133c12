using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>One kind of command over HTTP: reading its input, sending it to its grain, and writing the result.</summary>
/// <typeparam name="TPayload">Command of the grain.</typeparam>
/// <param name="Needs">Permission of the endpoint.</param>
/// <param name="Takes">Body of the endpoint; null when it takes none.</param>
/// <param name="Read">Reads the command; null after reporting to <see cref="Input.Errors"/> or <see cref="Input.Problem"/>.</param>
/// <param name="Send">Sends it to its grain.</param>
/// <param name="Answer">The result of a command that was applied, or changed nothing.</param>
internal sealed record Operation<TPayload>(
    Permission Needs,
    BodyKind? Takes,
    Func<Input, TPayload?> Read,
    Func<IGrainFactory, Command<TPayload>, Task<CommandResult>> Send,
    Func<Command<TPayload>, CommandResult, World, ApiResult> Answer)
    where TPayload : class
{
    /// <summary>
    /// The resource of a command whose address does not name it, such as the one that makes it; null where the address does.
    /// </summary>
    public Func<TPayload, string>? Resource { get; init; }

    /// <summary>
    /// True for a command that a node without grains takes too. A form of it that needs a grain is refused there when it is sent.
    /// </summary>
    public bool Anywhere { get; init; }

    /// <summary>
    /// Reads a <see cref="BodyKind.Streamed"/> body in place of <see cref="Read"/>, with a digest that tells two bodies apart; empty when
    /// it was left unread.
    /// </summary>
    public Func<Input, CancellationToken, Task<(TPayload? Command, byte[] Digest)>>? Stream { get; init; }
}
