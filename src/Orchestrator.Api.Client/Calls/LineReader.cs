using System.Text;

namespace Orchestrator.Api.Client;

/// <summary>Lines of a stream, each within a bound.</summary>
/// <param name="stream">UTF-8.</param>
/// <param name="most">Most bytes of a line.</param>
/// <param name="tooLong">Failure of a longer line.</param>
internal sealed class LineReader(Stream stream, int most, Func<Exception> tooLong)
{
    private readonly MemoryStream _line = new();
    private readonly byte[] _piece = new byte[16 * 1024];
    private int _at;
    private int _end;

    /// <summary>The next line without its end; null at the end of the stream, also within a line.</summary>
    public async ValueTask<string?> Next(CancellationToken stop)
    {
        _line.SetLength(0);
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await stream.ReadAsync(_piece, stop).ConfigureAwait(false));
                if (_end == 0)
                {
                    return null;
                }
            }

            var rest = _piece.AsMemory(_at, _end - _at);
            var length = rest.Span.IndexOf((byte)'\n');
            var part = length < 0 ? rest : rest[..length];
            if (_line.Length + part.Length > most)
            {
                throw tooLong();
            }

            _line.Write(part.Span);
            _at += part.Length + (length < 0 ? 0 : 1);
            if (length >= 0)
            {
                var text = Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length);
                return text.EndsWith('\r') ? text[..^1] : text;
            }
        }
    }
}
