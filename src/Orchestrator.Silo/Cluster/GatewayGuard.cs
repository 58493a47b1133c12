using System.Diagnostics;
using Orchestrator.Contracts;
using Orleans.Serialization.Invocation;

namespace Orchestrator.Silo.Cluster;

/// <summary>
/// Refuses what a client of the gateway calls, but for the questions of the contracts: a caller of other grains can move a rollout. A
/// caller is judged by the sender that its message names. Orleans' own client names itself. A program that speaks the protocol by itself
/// may name another sender, so that clients have to be trusted services.
/// </summary>
internal sealed partial class GatewayGuard(ILogger<GatewayGuard> logger) : IIncomingGrainCallFilter
{
    /// <summary>By which a client learns what grains there are, when it connects and once a minute.</summary>
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget";

    /// <summary>At most one line of the log in so long: a client may call as often as it likes.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private long _lastLogged;
    private long _refused;

    public Task Invoke(IIncomingGrainCallContext context) =>
        IsOutside(context.SourceId) && !MayCall(context.Request) ? Refuse(context) : context.Invoke();

    /// <summary>
    /// Everything but grains, system targets and what a silo does outside of them. A call without a sender is from outside.
    /// </summary>
    internal static bool IsOutside(GrainId? sender) => sender is not { } id || id.IsDefault
        || (id.IsClient() && !id.Key.AsSpan().StartsWith("hosted-"u8));

    /// <summary>By the method that the message carries, not by the interface that it says it is for.</summary>
    private static bool MayCall(IInvokable request) =>
        request.GetInterfaceType() is var type && (type == typeof(ISegmentRouter) || type.FullName == Manifest);

    private Task Refuse(IIncomingGrainCallContext context)
    {
        var method = $"{context.Request.GetInterfaceType().Name}.{context.Request.GetMethodName()}";
        var refused = Interlocked.Increment(ref _refused);
        var lastLogged = Interlocked.Read(ref _lastLogged);
        var due = lastLogged == 0 || Stopwatch.GetElapsedTime(lastLogged) > Quiet;
        if (due && Interlocked.CompareExchange(ref _lastLogged, Stopwatch.GetTimestamp(), lastLogged) == lastLogged)
        {
            LogRefused(method, context.SourceId?.ToString() ?? "unknown", refused);
        }

        throw new UnauthorizedAccessException(
            $"A client of the gateway may call {nameof(ISegmentRouter)} and nothing else, but this was {method}.");
    }

    [LoggerMessage(LogLevel.Warning, "Refused {Method} from the client {Client} of the gateway; {Refused} calls refused since the start")]
    private partial void LogRefused(string method, string client, long refused);
}
