using System.Collections.Concurrent;

namespace Orchestrator.Samples.Chat.Paths;

/// <summary>A user's working state inside one path. Locked while a message is handled.</summary>
internal sealed class PathSession(int bufferBytes)
{
    public byte[] Buffer { get; } = new byte[bufferBytes];

    public long Sent { get; set; }

    public long Next(long? resumeFrom) => Sent = (resumeFrom ?? Sent) + 1;
}

/// <summary>The sessions of one path and what they weigh.</summary>
internal sealed class PathSessions(int bufferBytes)
{
    // A rough but stable weight of the object, its dictionary entry and the array's header.
    private const int Overhead = 128;
    private readonly ConcurrentDictionary<string, PathSession> _sessions = new();

    public long RetainedBytes => (long)_sessions.Count * (bufferBytes + Overhead);

    public PathSession Of(string userId) => _sessions.GetOrAdd(userId, static (_, bytes) => new PathSession(bytes), bufferBytes);
}
