using Orchestrator.Samples.Chat.Rooms;

namespace Orchestrator.Samples.Chat.Paths.Agnostic;

/// <summary>The new way: a transport brings frames, the parser of their type makes events, and the events make the message.</summary>
internal sealed class AgnosticPath : IChatPath
{
    private readonly PathSessions _sessions = new(bufferBytes: 3072);
    private readonly ITransport _transport = new HttpTransport();
    private readonly Dictionary<string, IProtocolParser> _parsers =
        new IProtocolParser[] { new PlainTextParser(), new JsonParser() }.ToDictionary(p => p.ContentType);

    public string Name => "new";

    public long RetainedBytes => _sessions.RetainedBytes;

    public ChatMessage Handle(Incoming incoming, long? resumeFrom = null)
    {
        var session = _sessions.Of(incoming.UserId);
        lock (session)
        {
            var frame = _transport.Receive(incoming, session.Buffer);
            if (!_parsers.TryGetValue(frame.ContentType, out var parser))
            {
                throw new NotSupportedException($"No parser for {frame.ContentType}.");
            }

            var events = new List<ChatEvent>(8) { new ChatEvent.RunStarted(incoming.Room) };
            parser.Parse(frame.Payload.Span, events);
            events.Add(new ChatEvent.RunFinished(incoming.Room));
            return Assemble(events, incoming, session.Next(resumeFrom));
        }
    }

    private static ChatMessage Assemble(List<ChatEvent> events, Incoming incoming, long sequence)
    {
        var message = new ChatMessage(incoming.Room, incoming.UserId, sequence, "say", "", []);
        List<string>? mentions = null;
        foreach (var e in events)
        {
            switch (e)
            {
                case ChatEvent.TextMessageStart start:
                    message = message with { Kind = start.Kind };
                    break;
                case ChatEvent.TextMessageContent content:
                    message = message with { Text = message.Text.Length == 0 ? content.Delta : message.Text + content.Delta };
                    break;
                case ChatEvent.Mention mention when mentions?.Contains(mention.Name) != true:
                    (mentions ??= []).Add(mention.Name);
                    break;
            }
        }

        return mentions is null ? message : message with { Mentions = [.. mentions] };
    }
}
