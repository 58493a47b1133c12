using System.Globalization;
using System.Security.Cryptography;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Audit;

/// <summary>
/// A walk over the lines of an export, without a server: every chain, the order of positions, and checkpoints. Memory is one end for each
/// stream, and the ends that the checkpoints name. A stream that breaks has one finding; no event after it is trusted.
/// </summary>
public sealed class ExportVerifier
{
    /// <summary>Most findings that are kept; more are counted.</summary>
    public const int MostFindings = 1_000;

    private readonly Dictionary<string, ChainEnd> _ends = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedList<long, string>> _tails = new(StringComparer.Ordinal);
    private readonly List<ExportFinding> _findings = [];
    private readonly int _checkpoints;
    private long _found;
    private long _line;
    private long _events;
    private long _hidden;
    private long _position;
    private ExportHead? _head;
    private ExportLine.Last? _last;

    /// <param name="checkpoints">
    /// Checkpoints, all of one place. Of several of one timeline each names one before it; two nodes that store at one moment name the
    /// same one.
    /// </param>
    /// <param name="key">Key that signed them, public or private; null to compare them without their signatures.</param>
    public ExportVerifier(IReadOnlyList<CheckpointFile>? checkpoints = null, ECDsa? key = null)
    {
        _checkpoints = checkpoints?.Count ?? 0;
        foreach (var timeline in (checkpoints ?? []).GroupBy(one => one.Checkpoint.Timeline).OrderBy(one => one.Key))
        {
            var before = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in timeline.OrderBy(one => one.Checkpoint.Position).ThenBy(one => one.Checkpoint.At))
            {
                Take(file, before, key);
                before.Add(file.Checkpoint.Digest());
            }
        }
    }

    /// <summary>Ends of the streams, as far as each fits.</summary>
    public IReadOnlyDictionary<string, ChainEnd> Ends => _ends;

    /// <summary>The head, once it was read.</summary>
    public ExportHead? Head => _head;

    /// <summary>The first finding; null while there is none.</summary>
    public ExportFinding? Found => _findings.Count > 0 ? _findings[0] : null;

    /// <summary>Takes the next line. Returns the event that fits; null for another line, and for an event after a break.</summary>
    /// <exception cref="InvalidDataException">The head says that this build cannot verify the export, or that no one can.</exception>
    public RecordedEvent? Add(ReadOnlyMemory<byte> line)
    {
        _line++;
        if (line.IsEmpty)
        {
            return null;
        }

        ExportLine read;
        try
        {
            read = ExportLine.Read(line);
        }
        catch (InvalidDataException e)
        {
            Find(ExportRule.Line, null, 0, 0, $"Line {_line} {e.Message}.");
            return null;
        }

        if (_last is not null)
        {
            Find(ExportRule.End, null, 0, 0, $"Line {_line} comes after the end of the export.");
        }

        switch (read)
        {
            case ExportLine.First { Head: var head }:
                Begin(head);
                return null;
            case ExportLine.Last last:
                _last = last;
                return null;
            default:
                return Add((ExportLine.Event)read);
        }
    }

    /// <summary>The result, after the last line.</summary>
    public ExportReport Finish()
    {
        if (_last is { } last && (last.Events != _events || last.Position != _position))
        {
            Find(
                ExportRule.End, null, 0, 0,
                $"The export has {_events} events up to position {_position}, and its last line says {last.Events} up to {last.Position}.");
        }
        else if (_head is not null && _last is null)
        {
            Find(ExportRule.End, null, 0, 0, "The last line of the export is missing: it was cut off.");
        }

        foreach (var (stream, tails) in _tails.Where(one => !_broken.Contains(one.Key) && IsExpected(one.Key)))
        {
            var (end, expected) = (_ends.GetValueOrDefault(stream, ChainEnd.Origin).Version, tails.Keys[^1]);
            if (end < expected)
            {
                Find(
                    ExportRule.Tail, stream, end + 1, 0,
                    $"{stream}: {expected - end} of {expected} events of the checkpoint are missing, from version {end + 1} on. The tail was cut, or the export is older than the checkpoint.");
            }
        }

        return new ExportReport(
            _events, _ends.Keys.Union(_broken).Count(), _position, _hidden, _head, _last is not null, _checkpoints, _found,
            [.. _findings]);
    }

    /// <summary>True for a stream that the export must have: all of the whole log, else those that it has.</summary>
    private bool IsExpected(string stream) => _head is { Object: null } || _ends.ContainsKey(stream);

    private void Begin(ExportHead head)
    {
        if (_line != 1)
        {
            Find(ExportRule.Line, null, 0, 0, $"Line {_line} is the head of an export, which is its first line.");
            return;
        }

        if (head.Format > ExportHead.Newest)
        {
            throw new InvalidDataException(
                $"The export has format {head.Format}, and this build knows formats up to {ExportHead.Newest}: a newer build wrote it.");
        }

        if (head.Filter is { } filter)
        {
            throw new InvalidDataException(
                $"The export is filtered by {filter}: events between its lines are missing, so no chain can be verified. Export whole streams.");
        }

        _head = head;
    }

    private RecordedEvent? Add(ExportLine.Event line)
    {
        var e = line.Recorded;
        _events++;
        _hidden += line.Hidden.IsEmpty ? 0 : 1;
        var ordered = e.Position > _position;
        if (!ordered)
        {
            Find(
                ExportRule.Order, e.Stream, e.Version, e.Position,
                $"{e.Stream}: version {e.Version} has position {e.Position}, which does not follow position {_position} of the line before it.");
        }

        _position = Math.Max(_position, e.Position);
        if (_broken.Contains(e.Stream))
        {
            return null;
        }

        var end = _ends.GetValueOrDefault(e.Stream, ChainEnd.Origin);
        if (e.Version != end.Version + 1)
        {
            return Break(ExportRule.Gap, e, end.Version + 1, e.Version > end.Version
                ? Invariant($"{e.Stream}: {Counted(e.Version - end.Version - 1)} before version {e.Version} (position {e.Position}), from version {end.Version + 1} on.")
                : Invariant($"{e.Stream}: version {e.Version} (position {e.Position}) comes after version {end.Version}: it was inserted or moved."));
        }

        if (line.Hidden.IsEmpty && !end.IsFollowedBy(e))
        {
            return Break(
                ExportRule.Chain, e, e.Version,
                Invariant($"{e.Stream}: version {e.Version} (position {e.Position}) does not have the hash that follows from its content and the event before it: one of them was changed."));
        }

        if (_tails.GetValueOrDefault(e.Stream)?.GetValueOrDefault(e.Version) is { } hash && hash != Convert.ToHexStringLower(e.Hash.Span))
        {
            return Break(
                ExportRule.Checkpoint, e, e.Version,
                Invariant($"{e.Stream}: version {e.Version} (position {e.Position}) differs from the checkpoint: the stream has another history."));
        }

        _ends[e.Stream] = ChainEnd.Of(e);
        return ordered ? e : null;
    }

    private static string Counted(long missing) => missing == 1 ? "1 event is missing" : Invariant($"{missing} events are missing");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private RecordedEvent? Break(ExportRule rule, RecordedEvent e, long version, string text)
    {
        _broken.Add(e.Stream);
        Find(rule, e.Stream, version, e.Position, text);
        return null;
    }

    /// <param name="file">The checkpoint.</param>
    /// <param name="before">Digests of those before it; empty for the first of a timeline.</param>
    /// <param name="key">Key that signed it; null for none.</param>
    private void Take(CheckpointFile file, HashSet<string> before, ECDsa? key)
    {
        var checkpoint = file.Checkpoint;
        if (key is not null && !file.SignedBy(key))
        {
            Find(ExportRule.Signature, null, 0, checkpoint.Position, $"The checkpoint of {checkpoint.At:u} was not signed by the key, or was changed since.");
        }

        if (before.Count > 0 && checkpoint.Previous is { } previous && !before.Contains(previous))
        {
            Find(
                ExportRule.Previous, null, 0, checkpoint.Position,
                $"The checkpoint of {checkpoint.At:u} names one before it that is not there: it is missing, or was exchanged.");
        }

        foreach (var (stream, tail) in checkpoint.Streams)
        {
            if (!_tails.TryGetValue(stream, out var tails))
            {
                _tails[stream] = tails = [];
            }

            if (!tails.TryAdd(tail.Version, tail.Hash) && tails[tail.Version] != tail.Hash)
            {
                Find(
                    ExportRule.Checkpoint, stream, tail.Version, 0,
                    $"{stream}: the checkpoint of {checkpoint.At:u} has another hash of version {tail.Version} than one before it.");
            }
        }
    }

    private void Find(ExportRule rule, string? stream, long version, long position, string text)
    {
        _found++;
        if (_findings.Count < MostFindings)
        {
            _findings.Add(new ExportFinding(rule, _line, stream, version, position, text));
        }
    }
}
