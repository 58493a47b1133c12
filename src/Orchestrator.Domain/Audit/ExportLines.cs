namespace Orchestrator.Domain.Audit;

/// <summary>Lines of a stream of bytes, each within a bound.</summary>
public static class ExportLines
{
    /// <summary>Longest line in bytes: far above the largest event, whose data a request bounds.</summary>
    public const int Longest = 64 * 1024 * 1024;

    /// <summary>Every line without its end, empty ones too. Each is valid until the next one is read.</summary>
    /// <exception cref="InvalidDataException">A line is longer than <see cref="Longest"/>.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        var (begin, end, number) = (0, 0, 1L);
        while (true)
        {
            var length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return Trimmed(buffer.AsMemory(begin, length));
                begin += length + 1;
                number++;
                continue;
            }

            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (begin, end) = (0, end - begin);
            }

            if (end == buffer.Length)
            {
                if (end >= Longest)
                {
                    throw new InvalidDataException($"Line {number} has more than {Longest} bytes: this is no export.");
                }

                Array.Resize(ref buffer, Math.Min(Longest, buffer.Length * 2));
            }

            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                if (end > 0)
                {
                    yield return Trimmed(buffer.AsMemory(0, end));
                }

                yield break;
            }

            end += read;
        }
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line) => line.Span is [.., (byte)'\r'] ? line[..^1] : line;
}
