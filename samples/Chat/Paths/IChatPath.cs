using Orchestrator.Samples.Chat.Rooms;

namespace Orchestrator.Samples.Chat.Paths;

/// <summary>The message that a client sent.</summary>
/// <param name="ContentType"><c>text/plain</c>, or another that only some paths understand.</param>
internal sealed record Incoming(string Room, string UserId, string Text, string ContentType = "text/plain");

/// <summary>One way to turn input into a message: the old one or the new one.</summary>
internal interface IChatPath
{
    string Name { get; }

    /// <summary>Bytes this path keeps alive for its sessions.</summary>
    long RetainedBytes { get; }

    /// <summary>Handles one input.</summary>
    /// <param name="resumeFrom">Number of the author's last message when the session comes from another path; null to go on from its own.</param>
    ChatMessage Handle(Incoming incoming, long? resumeFrom = null);
}
