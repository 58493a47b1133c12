using System.Text.Json;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// Reads <c>ExportMetricsServiceRequest</c> of opentelemetry-proto 1.x. An unreadable point rejects no other. Never throws: the reason why
/// nothing could be read is in the export.
/// </summary>
public static class OtlpReader
{
    /// <summary>The most points of one export.</summary>
    public const int MostPoints = 20_000;

    /// <summary>
    /// Reads an export in the JSON encoding (UTF-8): names in lowerCamelCase, 64-bit integers as texts or numbers, enumerations as numbers
    /// or names.
    /// </summary>
    public static OtlpExport Read(ReadOnlyMemory<byte> utf8)
    {
        var clean = UnkeptText.IsClean(utf8.Span);
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 32 });
            var harvest = new OtlpReadResult();
            new OtlpJson(harvest, clean).Request(document.RootElement);
            return harvest.Done();
        }
        catch (JsonException broken)
        {
            return Nothing($"the body is not JSON: {broken.Message}");
        }
        catch (OtlpRefusal refusal)
        {
            return Nothing(refusal.Message);
        }
        catch (Exception odd) when (odd is InvalidOperationException or FormatException)
        {
            return Nothing(clean || UnkeptText.In(utf8.Span, most: 1) is not [var unkept]
                ? "the body is no ExportMetricsServiceRequest: a member has another kind of value"
                : $"{unkept.Path}: {unkept.Message}");
        }
    }

    /// <summary>Reads an export in the Protocol Buffers encoding.</summary>
    public static OtlpExport ReadProtobuf(ReadOnlyMemory<byte> message)
    {
        try
        {
            var harvest = new OtlpReadResult();
            new OtlpProtobuf(harvest).Request(message);
            return harvest.Done();
        }
        catch (OtlpRefusal refusal)
        {
            return Nothing(refusal.Message);
        }
        catch (FormatException broken)
        {
            return Nothing($"the body is no ExportMetricsServiceRequest: {broken.Message}");
        }
    }

    private static OtlpExport Nothing(string why) => new([], 0, [], why);
}
