using System.Text;
using Orchestrator.Samples.Chat.Rooms;

namespace Orchestrator.Samples.Chat.Paths.Legacy;

/// <summary>
/// The old way: everything becomes a line of the plain text protocol, <c>MSG room user :text</c>, and the handler takes it apart again.
/// </summary>
internal sealed class LegacyPath : IChatPath
{
    private readonly PathSessions _sessions = new(bufferBytes: 4096);

    public string Name => "legacy";

    public long RetainedBytes => _sessions.RetainedBytes;

    public ChatMessage Handle(Incoming incoming, long? resumeFrom = null)
    {
        if (incoming.ContentType != "text/plain")
        {
            throw new NotSupportedException("The plain text protocol knows text/plain only.");
        }

        var session = _sessions.Of(incoming.UserId);
        lock (session)
        {
            var line =
                "MSG " + Uri.EscapeDataString(incoming.Room) + " " + Uri.EscapeDataString(incoming.UserId) + " :" + OneLine(incoming.Text) + "\r\n";
            var bytes = Encoding.UTF8.GetBytes(line, session.Buffer);
            return Parse(Encoding.UTF8.GetString(session.Buffer, 0, bytes), session.Next(resumeFrom));
        }
    }

    private static ChatMessage Parse(string line, long sequence)
    {
        var parts = line.TrimEnd('\r', '\n').Split(' ', 4);
        var words = parts[3][1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var kind = "say";
        if (words.Length > 0 && words[0] == "/me")
        {
            kind = "action";
            words = words[1..];
        }

        var mentions = new List<string>();
        foreach (var word in words)
        {
            if (word.Length > 1 && word[0] == '@' && !mentions.Contains(word[1..]))
            {
                mentions.Add(word[1..]);
            }
        }

        var text = string.Join(' ', words).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
        return new ChatMessage(Uri.UnescapeDataString(parts[1]), Uri.UnescapeDataString(parts[2]), sequence, kind, text, [.. mentions]);
    }

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ');
}
