using System.Text.Json.Serialization;

namespace Orchestrator.Faults.Recording;

/// <summary>One line of a recording.</summary>
/// <param name="T">Time of the observation, in seconds of the recorder's monotonic clock.</param>
[JsonDerivedType(typeof(Answered), "answer")]
[JsonDerivedType(typeof(Unanswered), "unanswered")]
[JsonDerivedType(typeof(Commanded), "command")]
[JsonDerivedType(typeof(Noticed), "event")]
[JsonDerivedType(typeof(Told), "notification")]
[JsonDerivedType(typeof(Expected), "expected")]
[JsonDerivedType(typeof(Happened), "fault")]
[JsonDerivedType(typeof(Kept), "kept")]
[JsonDerivedType(typeof(Verified), "verified")]
[JsonDerivedType(typeof(Stood), "stood")]
[JsonDerivedType(typeof(Walked), "walked")]
internal abstract record Entry(double T)
{
    /// <summary>A node answered the variant of a user.</summary>
    /// <param name="T">Time at which the answer arrived.</param>
    /// <param name="Asked">Time at which the request was sent: the node answered at some time between the two.</param>
    /// <param name="Node">A process of a node: <c>silo-1/2</c> is the second one of silo-1.</param>
    /// <param name="Tries">1, or 2 when the first node had not answered.</param>
    public sealed record Answered(
        double T, double Asked, string Node, string Rollout, long Position, string User, string Variant, string Reason, int Tries)
            : Entry(T);

    /// <summary>A decision without an answer, also at the second try.</summary>
    public sealed record Unanswered(double T, double Asked, string User, string Why) : Entry(T);

    /// <summary>A command of an operator, with the last answer it got.</summary>
    /// <param name="Asked">Time of the first try.</param>
    /// <param name="Id">Shared by all tries; every event it caused carries it as its correlation.</param>
    /// <param name="Status">HTTP status; 0 without a response: then the outcome is unknown.</param>
    /// <param name="Version">Version of the rollout in the response.</param>
    public sealed record Commanded(double T, double Asked, string Id, string Rollout, string Verb, string Node, int Status, string? Code,
        long? Version, int Tries) : Entry(T)
    {
        [JsonIgnore]
        public bool Acknowledged => Status is >= 200 and < 300;
    }

    /// <summary>An event on the stream of a node.</summary>
    public sealed record Noticed(double T, string Node, string Stream, long Position, string Id, string Type, string? Correlation)
        : Entry(T);

    /// <summary>A notification at a channel.</summary>
    /// <param name="Id">Id of the notification: the same for every delivery.</param>
    public sealed record Told(double T, string Id, string EventId, string Type, string Rollout, bool Escalated) : Entry(T);

    /// <summary>From here on a channel must get these events of the rollout.</summary>
    public sealed record Expected(double T, string Rollout, string[] Types) : Entry(T);

    /// <summary>A fault or action on the cluster.</summary>
    public sealed record Happened(double T, string What) : Entry(T);

    /// <summary>An event as a node reads it from the log at the end.</summary>
    public sealed record Kept(
        double T, string Node, long Position, string Stream, long Version, string Id, string Type, string? Correlation, string Hash,
        string Data) : Entry(T);

    /// <summary>Verification of a rollout's hash chain by a node.</summary>
    public sealed record Verified(double T, string Node, string Rollout, long Events, bool Intact) : Entry(T);

    /// <summary>An interval of a user's journey, as a node tells it at the end.</summary>
    /// <param name="Position">Position of the event that began it.</param>
    public sealed record Walked(double T, string Node, string Rollout, string User, long Position, string Variant) : Entry(T);

    /// <summary>State of a rollout on a node at the end, live and by replay of its stream.</summary>
    public sealed record Stood(double T, string Node, string Rollout, long Version, string Live, string Replayed) : Entry(T);
}
