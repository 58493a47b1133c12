namespace Orchestrator.Client.Metrics;

/// <summary>Samples of one rollout and interval, as the body of a push.</summary>
internal sealed record Batch(string Rollout, long Round, int Samples, byte[] Body);

/// <summary>A sample as JSON.</summary>
/// <param name="Json">UTF-8.</param>
/// <param name="Readings">Number of its readings: each series once for all users, and once for each segment.</param>
internal readonly record struct WrittenSample(byte[] Json, int Readings);

/// <summary>Batches that wait for delivery, the oldest first. For one caller.</summary>
internal sealed class PendingBatches
{
    /// <summary>
    /// Half of the orchestrator's limit of a body; one sample with all its series is seldom longer, and never twice as long.
    /// </summary>
    public const int LongestBody = 512 * 1024;

    /// <summary>Three quarters of the orchestrator's limit of a body.</summary>
    public const int MostReadings = 30_000;

    /// <summary>The orchestrator accepts samples up to forty intervals late.</summary>
    private const int Intervals = 40;

    private const int Most = 400;
    private const long MostBytes = 32 * 1024 * 1024;

    /// <summary>At most <see cref="Most"/>, and <see cref="MostBytes"/> in all.</summary>
    private readonly Queue<Batch> _batches = new();
    private long _bytes;

    public Batch? Oldest => _batches.TryPeek(out var oldest) ? oldest : null;

    /// <summary>Appends samples, in as many bodies as they need.</summary>
    /// <param name="rollout">Rollout of the samples.</param>
    /// <param name="round">Number of their interval.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="people">
    /// Users counted, as JSON, for the first body; null for none. At most 35 sketches of 5.5 KB, so the body stays below the limit.
    /// </param>
    public void Add(string rollout, long round, IEnumerable<WrittenSample> samples, byte[]? people = null)
    {
        var body = new List<byte[]>();
        var (length, readings) = (0, 0);
        foreach (var sample in samples)
        {
            if (body.Count > 0 && (length + sample.Json.Length > LongestBody || readings + sample.Readings > MostReadings))
            {
                Add(rollout, round, body, people);
                (body, length, readings, people) = ([], 0, 0, null);
            }

            body.Add(sample.Json);
            length += sample.Json.Length + 1;
            readings += sample.Readings;
        }

        Add(rollout, round, body, people);
    }

    /// <summary>Removes the oldest batch after its delivery.</summary>
    public void Remove() => _bytes -= _batches.Dequeue().Body.Length;

    /// <summary>Gives up batches that are too old for the orchestrator, or too many to keep.</summary>
    /// <returns>Number of lost samples.</returns>
    public int GiveUp(long round)
    {
        var lost = 0;
        while (Oldest is { } oldest && (_batches.Count > Most || _bytes > MostBytes || round - oldest.Round > Intervals))
        {
            lost += oldest.Samples;
            Remove();
        }

        return lost;
    }

    private void Add(string rollout, long round, List<byte[]> samples, byte[]? people)
    {
        using var body = new MemoryStream();
        body.Write("{\"samples\":["u8);
        for (var i = 0; i < samples.Count; i++)
        {
            body.Write(i == 0 ? ""u8 : ","u8);
            body.Write(samples[i]);
        }

        body.Write("]"u8);
        if (people is not null)
        {
            // Servers of earlier versions ignore what stands beside the samples.
            body.Write(",\"people\":"u8);
            body.Write(people);
        }

        body.Write("}"u8);
        _batches.Enqueue(new Batch(rollout, round, samples.Count, body.ToArray()));
        _bytes += body.Length;
    }
}
