namespace Orchestrator.Samples.Chat.Paths.Agnostic;

/// <summary>The stream of events that any protocol is parsed into, in the manner of AG-UI.</summary>
internal abstract record ChatEvent
{
    private ChatEvent()
    {
    }

    internal sealed record RunStarted(string ThreadId) : ChatEvent;

    internal sealed record TextMessageStart(string Kind) : ChatEvent;

    internal sealed record TextMessageContent(string Delta) : ChatEvent;

    internal sealed record Mention(string Name) : ChatEvent;

    internal sealed record TextMessageEnd : ChatEvent
    {
        public static readonly TextMessageEnd Instance = new();
    }

    internal sealed record RunFinished(string ThreadId) : ChatEvent;
}
