using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;

namespace Orchestrator.Silo.Maintenance;

/// <summary>
/// An export that is read once into an empty store, and verified meanwhile: <c>import --from FILE</c>. The first line that does not fit
/// ends it, and nothing is changed.
/// </summary>
internal sealed class LogImport : IDisposable
{
    /// <summary>Most events of a batch.</summary>
    private const int Batch = 500;

    /// <summary>Most bytes of data of a batch, so that some hundred plans need no more memory than some hundred small events.</summary>
    private const int Bytes = 8 * 1024 * 1024;

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines;
    private readonly ExportVerifier _verifier = new();
    private readonly ExportHead _head;

    private LogImport(string file, FileStream stream)
    {
        (_file, _stream, _lines) = (file, stream, ExportLines.Of(stream).GetEnumerator());
        if (!_lines.MoveNext() || Read(_lines.Current) is not ExportLine.First { Head: var head })
        {
            throw new InvalidDataException($"{file} is no export of the log: its first line is not the head of one. Nothing was changed.");
        }

        if (head.Hides)
        {
            throw new InvalidDataException(
                $"{file} lacks members of events that the API keeps to itself, so a store cannot be made of it. Take the export with the command export of the server. Nothing was changed.");
        }

        _head = head;
        _verifier.Add(_lines.Current);
    }

    /// <summary>Timeline of the log that was exported.</summary>
    public long Timeline => _head.Timeline;

    /// <summary>Content of the export, as display text.</summary>
    public string Scope => _head.Object is { } one ? $"of {one} alone" : "the whole log";

    /// <summary>Result of the verification, after <see cref="Fill"/>.</summary>
    public ExportReport Report { get; private set; } = null!;

    /// <summary>Opens an export.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is none that a store can be made of.</exception>
    public static LogImport Open(string file)
    {
        if (!File.Exists(file))
        {
            throw new IOException($"There is no export {file}.");
        }

        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1024 * 1024);
        try
        {
            return new LogImport(file, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Hands over all events in the order of the log.</summary>
    /// <exception cref="InvalidDataException">The export was changed, or cut off.</exception>
    public async Task Fill(Func<IReadOnlyList<RecordedEvent>, Task> write)
    {
        var (batch, bytes) = (new List<RecordedEvent>(Batch), 0);
        while (_lines.MoveNext())
        {
            if (_verifier.Add(_lines.Current) is { } fits)
            {
                batch.Add(fits);
                bytes += fits.Data.Length;
            }

            if (_verifier.Found is { } found)
            {
                throw Changed(found);
            }

            if (batch.Count == Batch || bytes >= Bytes)
            {
                await write(batch);
                batch.Clear();
                bytes = 0;
            }
        }

        Report = _verifier.Finish();
        if (Report.Findings is [var first, ..])
        {
            throw Changed(first);
        }

        if (Report.Events == 0)
        {
            throw new InvalidDataException($"{_file} has no events. Nothing was changed.");
        }

        if (batch.Count > 0)
        {
            await write(batch);
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _stream.Dispose();
    }

    private InvalidDataException Changed(ExportFinding found) =>
        new($"{_file} was changed after it was written. Line {found.Line}: {found.Text} Nothing was changed.");

    private static ExportLine? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            return ExportLine.Read(line);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
