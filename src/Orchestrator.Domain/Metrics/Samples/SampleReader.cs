using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>
/// Reads <c>{ "samples": [{ id?, at?, variant, segment?, traffic?, units?, counters?, gauges?, values?, histograms? }] }</c>. A sample
/// that cannot be read is rejected with its path, the value and the rule it broke, and rejects no other sample.
/// </summary>
public static class SampleReader
{
    /// <summary>The most samples of one body.</summary>
    public const int MostSamples = 3000;

    /// <summary>The most values of distributions in one body. A service with more of them sends histograms.</summary>
    public const int MostValues = 100_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The body; its size is limited where it is received.</param>
    /// <param name="now">The time of samples that give none.</param>
    public static SampleBatch Read(ReadOnlyMemory<byte> utf8, DateTimeOffset now)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException broken)
        {
            return Malformed("", $"The body is not JSON: {broken.Message}", (int?)broken.LineNumber + 1, (int?)broken.BytePositionInLine + 1);
        }

        using (document)
        {
            try
            {
                return Read(document.RootElement, UnkeptText.IsClean(utf8.Span), now);
            }
            catch (InvalidOperationException)
            {
                // A key of the root is no valid text, so it is unknown whether it is the list.
                return Malformed("", $"A key beside the samples is not a valid text: {UnkeptText.In(utf8.Span, most: 1)[0].Message}.");
            }
        }
    }

    private static SampleBatch Read(JsonElement root, bool clean, DateTimeOffset now)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("samples", out var samples) || samples.ValueKind != JsonValueKind.Array)
        {
            return Malformed("samples", "The body must be an object with a list 'samples'.");
        }

        var count = samples.GetArrayLength();
        return count > MostSamples
            ? Malformed("samples", $"There are {count} samples, and one body may hold {MostSamples}: send them in several bodies.")
            : ReadList(samples, clean, now);
    }

    private static SampleBatch ReadList(JsonElement samples, bool clean, DateTimeOffset now)
    {
        var read = ImmutableArray.CreateBuilder<Sample>(samples.GetArrayLength());
        var rejected = ImmutableArray.CreateBuilder<InputError>();
        var texts = new KnownTexts();
        var (index, values) = (0, 0);
        foreach (var element in samples.EnumerateArray())
        {
            try
            {
                if (!clean && UnkeptText.In(JsonMarshal.GetRawUtf8Value(element), $"samples[{index}]", most: 1) is [var unkept])
                {
                    throw new SampleElement.Rejection(unkept with { Line = null, Column = null });
                }

                var sample = new SampleElement(element, index, texts);
                read.Add(sample.Read(now));
                values += sample.ValueCount;
                if (values > MostValues)
                {
                    return Malformed("samples", $"There are more than {MostValues} values, and one body may hold {MostValues}: send histograms, or several bodies.");
                }
            }
            catch (SampleElement.Rejection rejection)
            {
                rejected.Add(rejection.Error);
            }

            index++;
        }

        return new SampleBatch(read.ToImmutable(), rejected.ToImmutable(), null);
    }

    private static SampleBatch Malformed(string path, string message, int? line = null, int? column = null) =>
        new([], [], new InputError(path, message, line, column));
}
