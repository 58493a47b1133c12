using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Domain.Documents;

/// <summary>
/// The one JSON text of a document in any source format: no whitespace, numbers in normal form, keys sorted by code point.
/// Where the order of keys has a meaning (the named entries of the mappings in <c>ordered</c>) it stays as written.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };

    /// <summary>Writes <paramref name="node"/>. A repeated key is written twice; readers refuse such documents before.</summary>
    public static string Write(Node node, ImmutableHashSet<string>? ordered = null)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            Write(writer, node, ordered ?? [], keepOrder: false);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>SHA-256 of the text's UTF-8 in lower-case hex.</summary>
    public static string Hash(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static void Write(Utf8JsonWriter writer, Node node, ImmutableHashSet<string> ordered, bool keepOrder)
    {
        switch (node)
        {
            case Node.Mapping mapping:
                writer.WriteStartObject();
                IEnumerable<Entry> entries = keepOrder ? mapping.Entries : mapping.Entries.OrderBy(e => e.Key, StringComparer.Ordinal);
                foreach (var entry in entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value, ordered, ordered.Contains(entry.Key));
                }

                writer.WriteEndObject();
                break;
            case Node.Sequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(writer, item, ordered, keepOrder: false);
                }

                writer.WriteEndArray();
                break;
            case Node.Scalar { Type: ScalarType.Null }:
                writer.WriteNullValue();
                break;
            case Node.Scalar { Type: ScalarType.Boolean } scalar:
                writer.WriteBooleanValue(scalar.Text == "true");
                break;
            case Node.Scalar { Type: ScalarType.Number } scalar when NumberText.TryNormalise(scalar.Text, out var number):
                writer.WriteRawValue(number, skipInputValidation: true);
                break;
            case Node.Scalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }
}
