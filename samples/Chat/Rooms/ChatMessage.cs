namespace Orchestrator.Samples.Chat.Rooms;

/// <summary>The message that all in the room see; both paths must make the same one of the same input.</summary>
/// <param name="Sequence">Number of the message within its author's session, from 1 without gaps.</param>
/// <param name="Kind"><c>say</c> or <c>action</c>.</param>
internal sealed record ChatMessage(string Room, string UserId, long Sequence, string Kind, string Text, string[] Mentions)
{
    public bool SameAs(ChatMessage other) =>
        Room == other.Room && UserId == other.UserId && Sequence == other.Sequence && Kind == other.Kind && Text == other.Text
        && Mentions.AsSpan().SequenceEqual(other.Mentions);
}

/// <summary>A message at its place in a room.</summary>
internal sealed record Delivered(long Position, ChatMessage Message);
