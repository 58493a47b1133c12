using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Quantities;

/// <summary>A share between silos and in routing tables: its thousandths of a percent, a whole number.</summary>
internal sealed class ShareJson : JsonConverter<Share>
{
    public override Share Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var thousandths = reader.GetInt32();
        return thousandths is >= 0 and <= Share.Whole
            ? Share.Of(thousandths)
            : throw new JsonException($"{thousandths} is no share in thousandths of a percent");
    }

    public override void Write(Utf8JsonWriter writer, Share value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Thousandths);
}
