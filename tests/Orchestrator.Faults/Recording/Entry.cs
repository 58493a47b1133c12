using System.Text.Json.Serialization;

namespace Orchestrator.Faults.Recording;

/// <summary>One line of a recording.</summary>
/// <param name="T">When it was known, in seconds of the recorder's monotonic clock.</param>
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
internal abstract record Entry(double T)
{
    /// <summary>A node said which variant a user gets.</summary>
    /// <param name="T">When the answer was here.</param>
    /// <param name="Asked">When the question left: the node answered at some time between the two.</param>
    /// <param name="Node">A process of a node: <c>silo-1/2</c> is the second one of silo-1.</param>
    /// <param name="Tries">1, or 2 when another node had not answered.</param>
    public sealed record Answered(
        double T, double Asked, string Node, string Rollout, long Position, string User, string Variant, string Reason, int Tries) : Entry(T);

    /// <summary>Nobody said it, not at the second try either.</summary>
    public sealed record Unanswered(double T, double Asked, string User, string Why) : Entry(T);

    /// <summary>A command of an operator, with the last answer it got.</summary>
    /// <param name="Asked">When the first try left.</param>
    /// <param name="Id">Shared by all tries; every event it caused carries it as its correlation.</param>
    /// <param name="Status">Of HTTP; 0 when nobody answered, so that nobody knows whether it was done.</param>
    /// <param name="Version">Of the rollout, as the answer says.</param>
    public sealed record Commanded(double T, double Asked, string Id, string Rollout, string Verb, string Node, int Status, string? Code, long? Version, int Tries) : Entry(T)
    {
        [JsonIgnore]
        public bool Acknowledged => Status is >= 200 and < 300;
    }

    /// <summary>A node told of an event on its stream.</summary>
    public sealed record Noticed(double T, string Node, string Stream, long Position, string Id, string Type, string? Correlation) : Entry(T);

    /// <summary>A channel was told.</summary>
    /// <param name="Id">Of the notification: the same however often it comes.</param>
    public sealed record Told(double T, string Id, string EventId, string Type, string Rollout, bool Escalated) : Entry(T);

    /// <summary>From here on a channel must be told of these events of the rollout.</summary>
    public sealed record Expected(double T, string Rollout, string[] Types) : Entry(T);

    /// <summary>What was done to the cluster.</summary>
    public sealed record Happened(double T, string What) : Entry(T);

    /// <summary>An event as a node reads it from the log at the end.</summary>
    public sealed record Kept(
        double T, string Node, long Position, string Stream, long Version, string Id, string Type, string? Correlation, string Hash, string Data) : Entry(T);

    /// <summary>What a node says about the hash chain of a rollout.</summary>
    public sealed record Verified(double T, string Node, string Rollout, long Events, bool Intact) : Entry(T);

    /// <summary>How a node sees a rollout at the end, and how it sees it by replay of its stream.</summary>
    public sealed record Stood(double T, string Node, string Rollout, long Version, string Live, string Replayed) : Entry(T);
}
