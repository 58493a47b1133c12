using System.Text;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>
/// Outside text for chats that read markup: Slack's own, and the Markdown of Mattermost and Rocket.Chat. Slack takes three entities and
/// shows every other character as it is, so a backslash would be seen there; a character of no width breaks markup and mentions in all
/// three and is not seen.
/// </summary>
internal static class ChatText
{
    /// <summary>U+2060 WORD JOINER: no width, no line break.</summary>
    private const char Break = '\u2060';

    /// <summary>The text without links, pictures, mentions, emoji and headings. Emphasis stays: it is harmless.</summary>
    public static string Escape(string text) => Broken(text, entities: true);

    /// <summary>The same for cards, which read Markdown and no entities.</summary>
    public static string Plain(string text) => Broken(text, entities: false);

    private static string Broken(string text, bool entities)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '&' when entities:
                    escaped.Append("&amp;");
                    break;
                case '<' when entities:
                    escaped.Append("&lt;");
                    break;
                case '>' when entities:
                    escaped.Append("&gt;");
                    break;

                // Mentions, names of channels and headings; a picture or link needs "](" or "]:" side by side.
                case '@' or '#' or '~' or ']':
                    escaped.Append(text[i]).Append(Break);
                    break;

                // Emoji, and the scheme that makes a link of a bare address.
                case ':' when i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]):
                    escaped.Append(':').Append(Break);
                    break;

                // A bare www. makes a link, too.
                case '.' when EndsWord(text, i, "www"):
                    escaped.Append('.').Append(Break);
                    break;
                default:
                    escaped.Append(text[i]);
                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>An address of our own, which stays a link.</summary>
    public static string Entities(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static bool EndsWord(string text, int end, string word) =>
        end >= word.Length && text.AsSpan(end - word.Length, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase);
}
