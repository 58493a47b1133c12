using System.Text;

namespace Orchestrator.Silo.Tests.Fuzz;

/// <summary>
/// Bodies that are nearly right: one of a corpus with a few edits. Body i of a seed is the same on every machine and does not depend on the
/// bodies before it.
/// </summary>
internal sealed class Mutations(int seed, params byte[][] corpus)
{
    private const int MostEdits = 6;
    private const int Longest = 60_000;

    /// <summary>
    /// Inputs that parsers trip over: halves of surrogate pairs, U+0000, numbers at and past their limits, depth, other spellings of
    /// nothing.
    /// </summary>
    private static readonly byte[][] Tokens =
    [
        .. ((string[])[
            "\\ud800", "\\udc00", "\\u0000", "\\uffff", "\"\\ud800\"", "\"\\u0000\"", "null", "true", "{}", "[]", "\"\"", "-1", "0", "-0", "1e999", "-1e999", "1e-999", "42.0", "0.1",
            "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e18", "NaN", "Infinity", "\"NaN\"", "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":",
            "]", "}", ",", ":", "\"", "'", "\\", "#", "&a ", "*a", "<<: *a\n", "- ", "? ", "!!binary ", "%YAML 9.9\n", "---\n", "...\n", "\t", "\r\n", "> 1%", "|\n", "\uFEFF", "\u2028", "😀",
            "..", "/", "%2e%2e", "\"2026-13-40T99:99:99Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59Z\"", "1d", "99999999999w", "\"x\":1,", new string('9', 400), new string('a', 300)
        ]).Select(Encoding.UTF8.GetBytes),
        [0xed, 0xa0, 0x80], [0xff], [0xc0, 0x80], [0x00], [0x80], [0x7f], [0x0a, 0x7f],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x0b], [0x0c],
    ];

    public byte[] this[int index]
    {
        get
        {
            var random = new Random(HashCode(seed, index));
            var body = new List<byte>(corpus[random.Next(corpus.Length)]);
            for (var edits = random.Next(1, MostEdits + 1); edits > 0; edits--)
            {
                Edit(body, random);
            }

            return [.. body.Take(Longest)];
        }
    }

    private static void Edit(List<byte> body, Random random)
    {
        var at = random.Next(body.Count + 1);
        var length = Math.Min(random.Next(1, 24), body.Count - at);
        switch (random.Next(8))
        {
            case 0 when at < body.Count:
                body[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < body.Count:
                body[at] = (byte)random.Next(256);
                break;
            case 2:
                body.RemoveRange(at, length);
                break;
            case 3:
                body.InsertRange(random.Next(body.Count + 1), body.GetRange(at, length));
                break;
            case 4:
                body.RemoveRange(at, body.Count - at);
                break;
            case 5:
                // A whole value takes the place of another.
                body.RemoveRange(at, length);
                body.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
            default:
                body.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                break;
        }
    }

    /// <summary>A mix of both (Steele, Lea and Flood 2014), the same in every process.</summary>
    private static int HashCode(int seed, int index)
    {
        var mixed = ((ulong)(uint)seed << 32 | (uint)index) * 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        return (int)(mixed >> 33);
    }
}
