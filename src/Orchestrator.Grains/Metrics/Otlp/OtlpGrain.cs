using Orchestrator.Domain.Metrics.Otlp;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.Metrics.Otlp;

/// <summary>
/// Takes OTLP exports for one rollout. One activation in a cluster, because cumulative sums need one memory; the memory ends with the
/// activation.
/// </summary>
public interface IOtlpGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes an export (UTF-8 JSON): its points that name this rollout, and those that name none. Null when there is no such rollout.
    /// </summary>
    Task<OtlpReceipt?> Push([Immutable] byte[] body, bool unnamed);

    /// <summary>
    /// The same for an export in Protocol Buffers. A method of its own: a silo of an older build refuses it instead of reading it as JSON.
    /// </summary>
    Task<OtlpReceipt?> PushProtobuf([Immutable] byte[] body, bool unnamed);
}

/// <summary>Result of an export.</summary>
/// <param name="Rejected">Data points not taken.</param>
/// <param name="Errors">Reasons of refusals, and warnings.</param>
/// <param name="Malformed">Reason why the export could not be parsed; null when it could.</param>
public sealed record OtlpReceipt(int Rejected, string[] Errors, string? Malformed = null);

/// <summary>Converts cumulative sums to deltas; the metric windows do everything else.</summary>
public sealed class OtlpGrain(
    IWorld world, FinishedStates finished, OrchestratorClock clock, IEvaluationScheduler scheduler, LargeBodies large, OtlpReads reads)
    : Grain, IOtlpGrain
{
    private OtlpSamples? _samples;
    private string? _plan;

    public Task<OtlpReceipt?> Push(byte[] body, bool unnamed) => Take(body, protobuf: false, unnamed);

    public Task<OtlpReceipt?> PushProtobuf(byte[] body, bool unnamed) => Take(body, protobuf: true, unnamed);

    private async Task<OtlpReceipt?> Take(byte[] body, bool protobuf, bool unnamed)
    {
        var id = this.GetPrimaryKeyString();
        if ((await finished.With(world.Current, id, CancellationToken.None)).Rollouts.GetValueOrDefault(id)?.State is not { } state)
        {
            DeactivateOnIdle();
            return null;
        }

        var windows = GrainFactory.GetGrain<IMetricsGrain>(id);
        var export = await large.Run(BodyOf.Rollout, id, body.Length, () => reads.Read(body, protobuf));
        if (export.Malformed is { } malformed)
        {
            await Report(windows.Refuse(1, malformed));
            return new OtlpReceipt(0, [], malformed);
        }

        var now = clock.GetUtcNow();
        if (_samples is null || _plan != state.Plan.Hash)
        {
            // An amended plan reads other series; the last cumulative values of senders are kept.
            _samples = _samples?.Under(state.Plan, state.Judgement.Sampling, now)
                ?? new OtlpSamples(state.Plan, state.Judgement.Sampling, now);
            _plan = state.Plan.Hash;
        }

        // The turn of this grain lasts until then, so that the samples are used by one thread at a time.
        var samples = _samples;
        var intake = await large.Run(
            BodyOf.Rollout, id, body.Length,
            () => samples.Take([.. export.Points.Where(IsMeant)], now, clock.Speed == 1, [.. export.Mute.Where(IsMeant)]));
        if (export.Rejected + intake.Rejected is var rejected and > 0)
        {
            await Report(windows.Refuse(rejected, export.Errors.Concat(intake.Errors).FirstOrDefault() ?? ""));
        }

        if (intake.Body is not null && await windows.Push(intake.Body) is { } receipt)
        {
            scheduler.RequestEvaluation(id);
            return new OtlpReceipt(export.Rejected + intake.Rejected + receipt.Rejected,
                [.. export.Errors, .. intake.Errors, .. receipt.Errors.Take(5).Select(error => error.Message)]);
        }

        return new OtlpReceipt(export.Rejected + intake.Rejected, [.. export.Errors, .. intake.Errors]);

        bool IsMeant(OtlpPoint point) =>
            point.Attributes.GetValueOrDefault(OtlpSamples.RolloutAttribute) is var named && (named == id || (named is null && unnamed));
    }

    /// <summary>A node of an older build has no such call: the export counts anyway.</summary>
    private static async Task Report(Task refusal) =>
        await refusal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
