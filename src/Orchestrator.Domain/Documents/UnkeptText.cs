using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Orchestrator.Domain.Documents;

/// <summary>
/// Texts that cannot be stored: half of a surrogate pair and bytes that are no UTF-8 are no text (Unicode 16.0, D75 and D92), and
/// PostgreSQL refuses U+0000 in a text. JSON can carry all three.
/// </summary>
public static class UnkeptText
{
    private const string Nul = "contains U+0000, which cannot be stored";
    private const string NoUtf8 = "is not UTF-8";

    /// <summary>The rule that a text breaks, as the end of a sentence; null when it can be stored.</summary>
    public static string? Rule(ReadOnlySpan<char> text) => Rule(text, out _);

    /// <summary>The same, with the index of the first character that breaks it.</summary>
    public static string? Rule(ReadOnlySpan<char> text, out int at)
    {
        at = 0;
        for (var i = 0; i < text.Length; i++)
        {
            at = i;
            if (text[i] == '\0')
            {
                return Nul;
            }

            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return Half(text[i]);
            }

            i++;
        }

        return null;
    }

    /// <summary>True when no text of the JSON needs a closer look: one pass over the bytes, without a parse.</summary>
    public static bool IsClean(ReadOnlySpan<byte> json) => json.IndexOf("\\u"u8) < 0 && Utf8.IsValid(json);

    /// <summary>The texts of a JSON value that cannot be stored, keys included, with their places; none when it is not JSON.</summary>
    /// <param name="json">One JSON value (UTF-8, or nearly so).</param>
    /// <param name="root">Its own place.</param>
    /// <param name="most">Most errors that are looked for.</param>
    public static ImmutableArray<InputError> In(ReadOnlySpan<byte> json, string root = "", int most = 100)
    {
        if (IsClean(json) || IsKept(json))
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<InputError>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        var place = new Trail(root);
        try
        {
            while (found.Count < most && reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        place.Value();
                        place.Enter(reader.TokenType == JsonTokenType.StartArray);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        place.Leave();
                        break;
                    case JsonTokenType.PropertyName:
                        var broken = Rule(reader.ValueSpan, reader.ValueIsEscaped);
                        place.Name(broken is null ? reader.GetString()! : "?");
                        Add(found, place, broken is null ? null : "the key " + broken, json, reader.TokenStartIndex);
                        break;
                    default:
                        place.Value();
                        var rule = reader.TokenType == JsonTokenType.String ? Rule(reader.ValueSpan, reader.ValueIsEscaped) : null;
                        Add(found, place, rule is null ? null : "the text " + rule, json, reader.TokenStartIndex);
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // The parser of the document reports it more exactly.
        }

        return found.ToImmutable();
    }

    /// <summary>True when every text can be stored, or none of those before the place where it is not JSON: a look without any place.</summary>
    private static bool IsKept(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                    && Rule(reader.ValueSpan, reader.ValueIsEscaped) is not null)
                {
                    return false;
                }
            }
        }
        catch (JsonException)
        {
            // The parser of the document reports it more exactly.
        }

        return true;
    }

    private static void Add(ImmutableArray<InputError>.Builder found, Trail place, string? message, ReadOnlySpan<byte> json, long at)
    {
        if (message is not null)
        {
            var before = json[..(int)at];
            found.Add(new InputError(place.Here, message, before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n')));
        }
    }

    /// <summary>The same for a text as written in JSON, without its quotes.</summary>
    private static string? Rule(ReadOnlySpan<byte> written, bool escaped)
    {
        if (!Utf8.IsValid(written))
        {
            return NoUtf8;
        }

        char? high = null;
        for (var i = 0; escaped && i < written.Length; i++)
        {
            char? unit = null;
            if (written[i] == '\\' && written[++i] == 'u')
            {
                unit = (char)ushort.Parse(written.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, null);
                i += 4;
            }

            if (unit == '\0')
            {
                return Nul;
            }

            if (high is { } first && !(unit is { } low && char.IsLowSurrogate(low)))
            {
                return Half(first);
            }

            if (high is null && unit is { } lone && char.IsLowSurrogate(lone))
            {
                return Half(lone);
            }

            high = unit is { } next && char.IsHighSurrogate(next) ? next : null;
        }

        return high is { } last ? Half(last) : null;
    }

    private static string Half(char unit) => $"contains half of a surrogate pair (\\u{(int)unit:x4}), which is not a character";

    /// <summary>The place of the newest token, <c>samples[3].counters.errors</c>; formatted only on demand.</summary>
    private sealed class Trail(string root)
    {
        /// <summary>For each open container: the key or the index of the value that is being read. An index below 0 marks a key.</summary>
        private readonly List<(string Key, int Index)> open = [];

        public string Here
        {
            get
            {
                var text = new StringBuilder(root);
                foreach (var (key, index) in open)
                {
                    text.Append(index >= 0
                        ? $"[{index}]"
                        : text.Length == 0 || key.Length == 0 || index == Before
                        ? Field.Short(key)
                        : "." + Field.Short(key));
                }

                return text.ToString();
            }
        }

        public void Enter(bool list) => open.Add(("", list ? Before : Keyed));

        public void Leave() => open.RemoveAt(open.Count - 1);

        public void Name(string key) => open[^1] = (key, Keyed);

        /// <summary>A value begins: in a list it is the next one.</summary>
        public void Value()
        {
            if (open is [.., { Index: not Keyed } last])
            {
                open[^1] = last with { Index = last.Index == Before ? 0 : last.Index + 1 };
            }
        }

        private const int Keyed = -1;

        /// <summary>A list whose first value was not read yet.</summary>
        private const int Before = -2;
    }
}
