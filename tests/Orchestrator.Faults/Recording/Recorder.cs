using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace Orchestrator.Faults.Recording;

/// <summary>The one outside observer: writes every observation into one file, by one clock.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Channel<Entry> _incoming = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Entry> _entries = [];
    private readonly Task _writing;
    private readonly TextWriter? _narration;

    /// <param name="file">File of the lines (ndjson).</param>
    /// <param name="narration">Output for faults as they happen.</param>
    public Recorder(string file, TextWriter? narration = null)
    {
        (File, _narration) = (file, narration);
        _writing = Write();
    }

    public string File { get; }

    /// <summary>Seconds since the recording began; never goes back, whatever wall clocks do.</summary>
    public double Now => Stopwatch.GetElapsedTime(_began).TotalSeconds;

    public void Note(Entry entry) => _incoming.Writer.TryWrite(entry);

    /// <summary>The observations so far of one type that match.</summary>
    public T[] SoFar<T>(Func<T, bool> fits)
        where T : Entry
    {
        lock (_entries)
        {
            return [.. _entries.OfType<T>().Where(fits)];
        }
    }

    /// <summary>Records an action on the cluster.</summary>
    public void Say(string what)
    {
        var now = Now;
        Note(new Entry.Happened(now, what));
        _narration?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {now,7:0.0}s  {what}"));
    }

    /// <summary>Ends it; returns all observations.</summary>
    public async Task<IReadOnlyList<Entry>> Finish()
    {
        _incoming.Writer.TryComplete();
        await _writing;
        return _entries;
    }

    public async ValueTask DisposeAsync() => await Finish();

    private async Task Write()
    {
        await using var lines = new StreamWriter(File);
        await foreach (var entry in _incoming.Reader.ReadAllAsync())
        {
            lock (_entries)
            {
                _entries.Add(entry);
            }

            await lines.WriteLineAsync(JsonSerializer.Serialize(entry, Json));
        }
    }
}
