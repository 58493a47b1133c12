using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Requests;

/// <summary>A request that may change something, as behaviours see it: with any payload. The pipeline fills it in, step by step.</summary>
internal abstract class Command(HttpContext http, string name, Permission needs, BodyKind? takes) : ApiRequest(http, name, needs, takes)
{
    private Envelope? _envelope;

    /// <summary>Author, command id and expected version: set by the pipeline before the command is sent.</summary>
    public Envelope Envelope
    {
        get => _envelope ?? throw new InvalidOperationException("The command was not given an envelope.");
        set => _envelope = value;
    }

    /// <summary>The body, or its digest where it is streamed; empty where none is taken.</summary>
    public abstract ReadOnlyMemory<byte> Content { get; }

    /// <summary>The one thing that the command is about, whatever the verb: an Idempotency-Key counts once for it.</summary>
    public abstract string Resource { get; }

    /// <summary>True for a command that a node without grains takes too, at least in some of its forms.</summary>
    public abstract bool Anywhere { get; }

    /// <summary>Reads the payload; the problem when it cannot be read.</summary>
    public abstract Task<ApiResult.Problem?> Accept(Input input, CancellationToken stop);

    public abstract Task<CommandResult> Send(IGrainFactory grains);

    /// <summary>The result of a command that was applied, or changed nothing.</summary>
    public abstract ApiResult Answer(CommandResult result, World world);
}

/// <summary>A request that may change something.</summary>
/// <typeparam name="TPayload">Command of the grain.</typeparam>
internal sealed class Command<TPayload>(HttpContext http, string name, Operation<TPayload> operation)
    : Command(http, name, operation.Needs, operation.Takes)
    where TPayload : class
{
    private TPayload? _payload;
    private ApiResult.Problem? _refusal;
    private byte[] _digest = [];

    public TPayload Payload => _payload ?? throw new InvalidOperationException("The input was not read.");

    public override ReadOnlyMemory<byte> Content => operation.Stream is null ? Body : _digest;

    public override bool Anywhere => operation.Anywhere;

    public override string Resource => operation.Resource?.Invoke(Payload) ?? Addressed();

    public override async Task<ApiResult.Problem?> Accept(Input input, CancellationToken stop)
    {
        if (operation.Stream is { } stream)
        {
            // A stream is read once: its outcome stands, also when the request is handled once more.
            if (_digest.Length == 0)
            {
                (_payload, _digest) = await stream(input, stop);
                _refusal = input.Refusal;
            }

            return _refusal;
        }

        _payload = await Service<LargeBodies>().Run(BodyOf.Key, Caller.KeyId, Body.Length, () => operation.Read(input), stop);
        return input.Refusal is null && _payload is null
            ? throw new InvalidOperationException($"{Name} read nothing and reported nothing.")
            : input.Refusal;
    }

    public override Task<CommandResult> Send(IGrainFactory grains) => operation.Send(grains, this);

    public override ApiResult Answer(CommandResult result, World world) => operation.Answer(this, result, world);

    /// <summary>The collection with the values of the address: every verb of a rollout has the same.</summary>
    private string Addressed()
    {
        var collection = Http.Request.Path.Value!.Split('/', 5).ElementAtOrDefault(3);
        return string.Join('\n', [collection, .. Http.Request.RouteValues.Values.OfType<string>()]);
    }
}
