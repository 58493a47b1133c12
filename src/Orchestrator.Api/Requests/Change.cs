using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>One kind of change: how its input becomes a command, which grain takes it, and what is answered.</summary>
/// <typeparam name="TCommand">What the grain takes.</typeparam>
/// <param name="Needs">What one must be allowed to do.</param>
/// <param name="Takes">The body; null when there is none.</param>
/// <param name="Read">The command, or null after reporting to <see cref="Input.Errors"/> or <see cref="Input.Problem"/>.</param>
/// <param name="Send">Hands it to its grain.</param>
/// <param name="Answer">What is said when it was applied, or was so already.</param>
internal sealed record Operation<TCommand>(
    Permission Needs,
    BodyKind? Takes,
    Func<Input, TCommand?> Read,
    Func<IGrainFactory, Change<TCommand>, Task<CommandResult>> Send,
    Func<Change<TCommand>, CommandResult, World, Answer> Answer)
    where TCommand : class
{
    /// <summary>The resource of a command whose address does not name it, such as the one that makes it; null where the address does.</summary>
    public Func<TCommand, string>? Resource { get; init; }

    /// <summary>Reads a <see cref="BodyKind.Streamed"/> body in place of <see cref="Read"/>; with what tells two bodies apart, empty when it was left unread.</summary>
    public Func<Input, CancellationToken, Task<(TCommand? Command, byte[] Digest)>>? Stream { get; init; }
}

/// <summary>A request that may change something. The pipeline fills it in, step by step.</summary>
internal sealed class Change<TCommand>(HttpContext http, string name, Operation<TCommand> operation) : Call(http, name, operation.Needs), IChange
    where TCommand : class
{
    private TCommand? _command;
    private Envelope? _envelope;
    private Answer.Problem? _refusal;

    public Operation<TCommand> Operation => operation;

    public TCommand Command => _command ?? throw new InvalidOperationException("The input was not read.");

    public Envelope Envelope => _envelope ?? throw new InvalidOperationException("The call was not given an envelope.");

    BodyKind? IChange.Takes => operation.Takes;

    public ReadOnlyMemory<byte> Body { get; private set; }

    async Task<Answer.Problem?> IChange.Accept(Input input, CancellationToken stop)
    {
        if (operation.Stream is { } stream)
        {
            // A stream is read once: what it came to stands, also when the request is handled once more.
            if (Body.IsEmpty)
            {
                (_command, Body) = await stream(input, stop);
                _refusal = input.Refusal;
            }

            return _refusal;
        }

        Body = input.Bytes;
        _command = operation.Read(input);
        return input.Refusal ?? (_command is null ? throw new InvalidOperationException($"{Name} read nothing and said nothing.") : null);
    }

    string IChange.Resource => operation.Resource?.Invoke(Command) ?? Addressed();

    void IChange.Wrap(Envelope envelope) => _envelope = envelope;

    /// <summary>The collection with the values of the address: every verb of a rollout has the same.</summary>
    private string Addressed() => string.Join('\n', [Http.Request.Path.Value!.Split('/', 5).ElementAtOrDefault(3), .. Http.Request.RouteValues.Values.OfType<string>()]);
}

/// <summary>What behaviours do with a change, whatever its command.</summary>
internal interface IChange
{
    BodyKind? Takes { get; }

    /// <summary>The body as it came, or its digest where it is streamed; empty where none is taken.</summary>
    ReadOnlyMemory<byte> Body { get; }

    /// <summary>The one thing that the command is about, whatever the verb: an Idempotency-Key counts once for it.</summary>
    string Resource { get; }

    /// <summary>Reads the command; the problem when it cannot be read.</summary>
    Task<Answer.Problem?> Accept(Input input, CancellationToken stop);

    void Wrap(Envelope envelope);
}
