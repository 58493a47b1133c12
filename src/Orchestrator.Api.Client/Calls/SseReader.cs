using System.Globalization;
using System.Text;

namespace Orchestrator.Api.Client;

/// <summary>Server-sent events of a stream.</summary>
/// <param name="stream">Body of the answer.</param>
/// <param name="most">Most bytes of an event.</param>
/// <param name="tooLong">Failure of a longer event.</param>
internal sealed class SseReader(Stream stream, int most, Func<Exception> tooLong)
{
    /// <summary>Longest silence: the server sends a comment every 15 s.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly LineReader _lines = new(stream, most, tooLong);

    /// <summary>Time after which the server wants a client to come back; null when it names none.</summary>
    public TimeSpan? Retry { get; private set; }

    /// <summary>The next event; null at the end of the stream. A silence of a minute throws <see cref="IOException"/>.</summary>
    public async ValueTask<SseEvent?> Next(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        string? id = null;
        var data = new StringBuilder();
        var any = false;
        while (true)
        {
            patience.CancelAfter(Silence);
            string? line;
            try
            {
                line = await _lines.Next(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new IOException("The stream was silent for a minute.");
            }

            switch (line)
            {
                case null:
                    return null;
                case "" when any:
                    return new SseEvent(id, data.ToString());
                case "" or [':', ..]:
                    continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "data":
                    any = Add(data, value, any);
                    break;
                case "retry" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds):
                    Retry = TimeSpan.FromMilliseconds(milliseconds);
                    break;
            }
        }
    }

    private bool Add(StringBuilder data, string value, bool any)
    {
        if (data.Length + value.Length > most)
        {
            throw tooLong();
        }

        (any ? data.Append('\n') : data).Append(value);
        return true;
    }
}

/// <summary>A server-sent event.</summary>
internal sealed record SseEvent(string? Id, string Data);
