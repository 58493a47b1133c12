using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>Points of one export as they are read, whatever its encoding: how many may be taken, and what is said of those that were not.</summary>
internal sealed class OtlpHarvest
{
    /// <summary>Bucket counts of all points together. A count is as short as one byte on the wire, and costs a hundred times as much in memory.</summary>
    private const int MostBuckets = 250_000;

    private const int MostErrors = 5;
    private const int NoRecordedValue = 1;

    private readonly ImmutableArray<OtlpPoint>.Builder points = ImmutableArray.CreateBuilder<OtlpPoint>();
    private readonly ImmutableArray<string>.Builder errors = ImmutableArray.CreateBuilder<string>();

    /// <summary>Part of the rejected, which <see cref="OtlpReader.MostPoints"/> bounds.</summary>
    private readonly ImmutableArray<OtlpPoint>.Builder mute = ImmutableArray.CreateBuilder<OtlpPoint>();
    private int rejected;
    private int buckets;

    /// <summary>Takes one point. One that cannot be read takes no other with it.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="read">Its flags and, where they say that something was recorded, the point. Throws <see cref="FormatException"/> for one that breaks a rule.</param>
    public void Take(OtlpPlace place, Func<OtlpPlace, OtlpPoint?> read)
    {
        if (points.Count + rejected == OtlpReader.MostPoints)
        {
            throw new OtlpRefusal($"there are more than {OtlpReader.MostPoints} data points; export them in smaller batches");
        }

        try
        {
            if (place.Fault is { } fault)
            {
                throw new FormatException(fault);
            }

            var point = read(place);
            if (point?.Value is OtlpValue.NoNumber nothing)
            {
                mute.Add(point);
                Reject(place, OtlpValues.Nothing(nothing));
            }
            else if (point is not null)
            {
                points.Add(point);
            }
        }
        catch (Exception odd) when (odd is FormatException or InvalidOperationException)
        {
            Reject(place, odd is FormatException ? odd.Message : "the data point is not one of OTLP");
        }
    }

    /// <summary>Counts buckets before they are read.</summary>
    public int Buckets(int count)
    {
        buckets += count;
        return buckets <= MostBuckets ? count : throw new OtlpRefusal($"there are more than {MostBuckets} buckets; export in smaller batches");
    }

    /// <summary>True for a point whose flags say that nothing was recorded.</summary>
    public static bool Unrecorded(long flags) => (flags & NoRecordedValue) != 0;

    public OtlpExport Done() => new(points.ToImmutable(), rejected, errors.ToImmutable(), null) { Mute = mute.ToImmutable() };

    private void Reject(OtlpPlace place, string why)
    {
        rejected++;
        if (errors.Count < MostErrors)
        {
            errors.Add($"{place.Metric}: {why}");
        }
    }
}

/// <summary>Why nothing of an export is taken; never leaves the reader.</summary>
internal sealed class OtlpRefusal(string message) : Exception(message);

/// <summary>Attributes of a resource and a scope, which hold for the points in them.</summary>
/// <param name="Attributes">Those of the scope, over those of the resource.</param>
/// <param name="Scope">Name of the scope.</param>
/// <param name="Version">Version of the scope.</param>
/// <param name="Fault">Why none of the points can be taken; null when all is well.</param>
internal sealed record OtlpOwner(ImmutableDictionary<string, string> Attributes, string? Scope, string? Version, string? Fault)
{
    private string? sender;
    private string? target;

    /// <summary>The resource that a scope is of; null for a resource.</summary>
    public OtlpOwner? Resource { get; init; }

    public static OtlpOwner None { get; } = new(ImmutableDictionary<string, string>.Empty, "", "", null);

    /// <summary>
    /// Name of the process that counts: a hash, so that a long one costs no more for each of its points. Made by the first point that asks: a resource
    /// without points is as short as two bytes. A copy keeps it, so a copy changes nothing but the fault.
    /// </summary>
    public string Sender => sender ??= Hash($"{Key(Attributes)}\n{Scope}\n{Version}");

    /// <summary>Name of the process, whichever of its libraries counts; made as <see cref="Sender"/> is.</summary>
    public string Target => Resource?.Target ?? (target ??= Hash(Key(Attributes)));

    /// <summary>The resource around a scope; null for what is around a resource.</summary>
    public static OtlpOwner? In(OtlpOwner around) => ReferenceEquals(around, None) ? null : around;

    /// <summary>Attributes as one text.</summary>
    public static string Key(ImmutableDictionary<string, string> attributes) =>
        string.Join('\n', attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => $"{attribute.Key}={attribute.Value}"));

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

/// <summary>The metric that a point belongs to.</summary>
internal sealed record OtlpPlace(OtlpOwner Owner, string Metric, string? Unit, string Shape, string? Fault)
{
    /// <summary>A point of it.</summary>
    /// <param name="own">Its own attributes.</param>
    /// <param name="start">Beginning of what it counts, in Unix nanoseconds.</param>
    /// <param name="at">Its time, in Unix nanoseconds.</param>
    /// <param name="value">What was measured.</param>
    public OtlpPoint Point(ImmutableDictionary<string, string> own, long start, long at, OtlpValue value) => new(
        Owner.Sender, OtlpOwner.Hash($"{Owner.Sender}\n{Metric}\n{Shape}\n{OtlpOwner.Key(own)}"), Metric, Unit, Owner.Attributes.SetItems(own),
        start / 1_000_000, at / 1_000_000, value) { Target = Owner.Target };
}
