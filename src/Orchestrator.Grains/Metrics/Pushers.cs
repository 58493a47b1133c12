using Orchestrator.Domain.Documents;

namespace Orchestrator.Grains.Metrics;

/// <summary>An API key that pushes samples of a rollout.</summary>
/// <param name="Key">Id of the key, or of the person.</param>
/// <param name="LastPush">Time of its last push, accepted or not.</param>
/// <param name="Accepted">Samples accepted since the windows are on this node.</param>
/// <param name="Rejected">Samples refused since then; a body that could not be read counts as one.</param>
/// <param name="LastRejection">Its last push that was refused in part or as a whole; null when none was.</param>
public sealed record PusherStatus(string Key, DateTimeOffset LastPush, long Accepted, long Rejected, PushRejection? LastRejection);

/// <summary>A push that was refused in part or as a whole.</summary>
/// <param name="At">Time of arrival.</param>
/// <param name="Rejected">Samples of it that were refused.</param>
/// <param name="Reason">Reason of the first refusal.</param>
public sealed record PushRejection(DateTimeOffset At, int Rejected, string Reason);

/// <summary>
/// Pushers of one rollout, in memory only: their samples are in the windows, and a sender with lost samples looks here soon.
/// </summary>
public sealed class Pushers
{
    /// <summary>Most keys listed; beyond that the one with the oldest push is dropped.</summary>
    public const int Most = 50;

    /// <summary>Characters of a reason: it may quote what the sender wrote.</summary>
    private const int LongestReason = 300;

    /// <summary>The caller is sent beside the call: nodes of an older build take the push as before, and list no pusher.</summary>
    private const string Caller = "orchestrator.pusher";

    /// <summary>At most <see cref="Most"/>.</summary>
    private readonly Dictionary<string, PusherStatus> _byKey = new(StringComparer.Ordinal);

    /// <summary>The latest first.</summary>
    public PusherStatus[] All => [.. _byKey.Values.OrderByDescending(one => one.LastPush).ThenBy(one => one.Key, StringComparer.Ordinal)];

    /// <summary>Sets the API key of the samples for the grain calls that follow in this method.</summary>
    public static void Begin(string key) => RequestContext.Set(Caller, key);

    /// <summary>Records a push of the caller, if its key is known.</summary>
    /// <param name="accepted">Samples taken.</param>
    /// <param name="rejected">Samples refused.</param>
    /// <param name="error">The first refusal.</param>
    /// <param name="now">Orchestrator time.</param>
    public void Note(int accepted, int rejected, InputError? error, DateTimeOffset now)
    {
        if (RequestContext.Get(Caller) is not string key)
        {
            return;
        }

        var known = _byKey.GetValueOrDefault(key);
        if (known is null && _byKey.Count >= Most)
        {
            _byKey.Remove(_byKey.Values.MinBy(one => one.LastPush)!.Key);
        }

        _byKey[key] = new PusherStatus(
            key, now, (known?.Accepted ?? 0) + accepted, (known?.Rejected ?? 0) + rejected,
            rejected == 0
                ? known?.LastRejection
                : new PushRejection(now, rejected, Cut(error is { Path.Length: > 0 } ? $"{error.Path}: {error.Message}" : error?.Message ?? "")));
    }

    private static string Cut(string reason) => reason.Length > LongestReason ? reason[..LongestReason] + "…" : reason;
}
