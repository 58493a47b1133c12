using System.Text;
using System.Text.Json;

namespace Orchestrator.Samples.Chat.Paths.Agnostic;

/// <summary>Turns the payload of one protocol into events; knows nothing of transports.</summary>
internal interface IProtocolParser
{
    string ContentType { get; }

    void Parse(ReadOnlySpan<byte> payload, List<ChatEvent> events);
}

/// <summary>Plain text: words, <c>/me</c> for an action, <c>@name</c> for a mention.</summary>
internal sealed class PlainTextParser : IProtocolParser
{
    public string ContentType => "text/plain";

    public void Parse(ReadOnlySpan<byte> payload, List<ChatEvent> events) => Parse(Encoding.UTF8.GetString(payload), events);

    public static void Parse(string text, List<ChatEvent> events)
    {
        var content = new StringBuilder(text.Length + 16);
        var kind = "say";
        var first = true;
        var start = events.Count;
        events.Add(new ChatEvent.TextMessageStart(kind));
        foreach (var range in text.AsSpan().SplitAny(" \t\r\n"))
        {
            var word = text.AsSpan(range);
            if (word.IsEmpty)
            {
                continue;
            }

            if (first && word is "/me")
            {
                events[start] = new ChatEvent.TextMessageStart("action");
                first = false;
                continue;
            }

            first = false;
            AppendEscaped(content.Length > 0 ? content.Append(' ') : content, word);
            if (word.Length > 1 && word[0] == '@')
            {
                events.Add(new ChatEvent.Mention(word[1..].ToString()));
            }
        }

        events.Add(new ChatEvent.TextMessageContent(content.ToString()));
        events.Add(ChatEvent.TextMessageEnd.Instance);
    }

    private static void AppendEscaped(StringBuilder content, ReadOnlySpan<char> word)
    {
        while (word.IndexOfAny('&', '<', '>') is var at and >= 0)
        {
            content.Append(word[..at]).Append(word[at] switch { '&' => "&amp;", '<' => "&lt;", _ => "&gt;" });
            word = word[(at + 1)..];
        }

        content.Append(word);
    }
}

/// <summary>JSON, <c>{ "text": "..." }</c>: what the old path cannot do.</summary>
internal sealed class JsonParser : IProtocolParser
{
    public string ContentType => "application/json";

    public void Parse(ReadOnlySpan<byte> payload, List<ChatEvent> events)
    {
        var reader = new Utf8JsonReader(payload);
        using var document = JsonDocument.ParseValue(ref reader);
        var text = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("text", out var member)
            ? member.GetString() ?? ""
            : throw new JsonException("A JSON message is an object with a text.");
        PlainTextParser.Parse(text, events);
    }
}
