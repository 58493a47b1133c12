using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>Points of one export as they are read, in either encoding: the limits, and the errors of rejected points.</summary>
internal sealed class OtlpReadResult
{
    /// <summary>
    /// Most bucket counts of all points together. A count is as short as one byte on the wire, and costs a hundred times as much in memory.
    /// </summary>
    private const int MostBuckets = 250_000;

    /// <summary>
    /// Most points that cannot be read, each of which costs an exception. As many as a collector sends in a batch by default: an export of
    /// nothing but faults takes no processor time from evaluations.
    /// </summary>
    private const int MostFaults = 8192;

    private const int MostErrors = 5;
    private const int NoRecordedValue = 1;

    private readonly ImmutableArray<OtlpPoint>.Builder points = ImmutableArray.CreateBuilder<OtlpPoint>();
    private readonly ImmutableArray<string>.Builder errors = ImmutableArray.CreateBuilder<string>();

    /// <summary>Part of the rejected, which <see cref="OtlpReader.MostPoints"/> bounds.</summary>
    private readonly ImmutableArray<OtlpPoint>.Builder mute = ImmutableArray.CreateBuilder<OtlpPoint>();
    private int rejected;
    private int faults;
    private int buckets;

    /// <summary>Takes one point. An unreadable one rejects no other.</summary>
    /// <param name="place">Place of the point.</param>
    /// <param name="written">The point as the export has it.</param>
    /// <param name="read">Its flags and, where they mark a recorded value, the point. Throws <see cref="FormatException"/> for one that breaks a rule.</param>
    public void Take<T>(OtlpPlace place, T written, Func<OtlpPlace, T, OtlpPoint?> read)
    {
        Count();
        try
        {
            if (place.Fault is { } fault)
            {
                Reject(place, fault);
            }
            else
            {
                Keep(place, read(place, written));
            }
        }
        catch (Exception odd) when (odd is FormatException or InvalidOperationException)
        {
            Reject(place, odd is FormatException ? odd.Message : "the data point is not one of OTLP");
            if (++faults > MostFaults)
            {
                throw new OtlpRefusal($"more than {MostFaults} data points cannot be read; the first: {errors[0]}");
            }
        }
    }

    /// <summary>Rejects a point of an unsupported shape.</summary>
    public void Refuse(OtlpPlace place, string why)
    {
        Count();
        Reject(place, why);
    }

    /// <summary>Counts buckets before they are read.</summary>
    public int Buckets(int count)
    {
        buckets += count;
        return buckets <= MostBuckets ? count : throw new OtlpRefusal($"there are more than {MostBuckets} buckets; export in smaller batches");
    }

    /// <summary>True for a point whose flags mark that no value was recorded.</summary>
    public static bool Unrecorded(long flags) => (flags & NoRecordedValue) != 0;

    public OtlpExport Done() => new(points.ToImmutable(), rejected, errors.ToImmutable(), null) { Mute = mute.ToImmutable() };

    private void Keep(OtlpPlace place, OtlpPoint? point)
    {
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

    private void Count()
    {
        if (points.Count + rejected == OtlpReader.MostPoints)
        {
            throw new OtlpRefusal($"there are more than {OtlpReader.MostPoints} data points; export them in smaller batches");
        }
    }

    private void Reject(OtlpPlace place, string why)
    {
        rejected++;
        if (errors.Count < MostErrors)
        {
            errors.Add($"{Field.Short(place.Metric)}: {why}");
        }
    }
}

/// <summary>Reason to reject a whole export; never leaves the reader.</summary>
internal sealed class OtlpRefusal(string message) : Exception(message);

/// <summary>A resource, or a scope in one, with the attributes of its points.</summary>
/// <param name="Attributes">Its own, over those of the resource.</param>
/// <param name="Scope">Name of the scope.</param>
/// <param name="Version">Version of the scope.</param>
/// <param name="Around">The resource of a scope; null for a resource.</param>
/// <param name="Fault">Reason why none of the points can be taken; null for none.</param>
internal sealed record OtlpOwner(OtlpAttributes Attributes, string? Scope, string? Version, OtlpOwner? Around, string? Fault)
{
    private string? sender;
    private string? target;

    public static OtlpOwner None { get; } = new(OtlpAttributes.None, "", "", null, null);

    /// <summary>
    /// Name of the process that counts: a hash, so that a long one costs no more for each of its points. Made by the first point that needs
    /// it: a resource without points is as short as two bytes. A scope adds itself to the hash of its resource, which is made once for all
    /// its scopes; one that says nothing of itself is its resource. A copy keeps it, so a copy changes nothing but the fault.
    /// </summary>
    public string Sender => sender ??= Around is null ? Target
        : Scope is null or "" && Version is null or "" && Attributes.IsEmpty ? Around.Sender
        : Attributes.Hash(Around.Sender, Scope, Version);

    /// <summary>Name of the process, for all its libraries; made as <see cref="Sender"/> is.</summary>
    public string Target => Around?.Target ?? (target ??= Attributes.Hash());
}

/// <summary>The metric of a point.</summary>
internal sealed record OtlpPlace(OtlpOwner Owner, string Metric, string? Unit, string Shape, string? Fault)
{
    private const int LongestHashed = 100;
    private string? hashed;
    private string? plain;

    /// <summary>The metric in the hashes of its points: a long name is hashed once, not once for each of them.</summary>
    private string Hashed => hashed ??= Metric.Length <= LongestHashed ? Metric : OtlpAttributes.None.Hash(Metric);

    /// <summary>A point of the metric.</summary>
    /// <param name="attributes">Its own attributes, over those of its owner.</param>
    /// <param name="start">Beginning of its count, in Unix nanoseconds.</param>
    /// <param name="at">Its time, in Unix nanoseconds.</param>
    /// <param name="value">The measured value.</param>
    public OtlpPoint Point(OtlpAttributes attributes, long start, long at, OtlpValue value) => new(
        Owner.Sender, value.Continues ? Stream(attributes) : "", Metric, Unit, attributes, start / 1_000_000, at / 1_000_000,
        value)
    { Target = Owner.Target };

    /// <summary>Points without attributes of their own are one stream, which is hashed once.</summary>
    private string Stream(OtlpAttributes attributes) => attributes.IsEmpty
        ? plain ??= attributes.Hash(Owner.Sender, Hashed, Shape)
        : attributes.Hash(Owner.Sender, Hashed, Shape);

    /// <inheritdoc cref="Point(OtlpAttributes, long, long, OtlpValue)" />
    public OtlpPoint Point(List<KeyValuePair<string, string>> own, long start, long at, OtlpValue value) =>
        Point(new OtlpAttributes(Owner.Attributes, [.. own]), start, at, value);
}
