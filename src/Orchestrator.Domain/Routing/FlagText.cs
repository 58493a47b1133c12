using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// The answers of one flag as UTF-8 JSON, each written at the first evaluation that needs it and kept for as long as the flag is unchanged:
/// <c>{"key":"k","value":true,"reason":"SPLIT","variant":"new","metadata":{"rollout":"r","version":3,"phase":"p","step":"s"}}</c>.
/// </summary>
internal sealed class FlagText(FlagEntry entry)
{
    private const int Reasons = (int)RouteReason.Stale + 1;
    private const int Plain = Reasons * ((int)RouteVariant.Static + 1);
    private readonly byte[]?[] _texts = new byte[]?[Plain + entry.Included.Length + entry.TakenBack.Length];

    public ReadOnlySpan<byte> Of(in RouteAnswer answer)
    {
        ref var text = ref _texts[Slot(answer)];
        return text ??= Write(answer);
    }

    // An error has no variant, and there are fewer errors than reasons.
    private int Slot(in RouteAnswer answer) =>
        answer.Error != RouteError.None ? (int)answer.Error : answer.Reason != RouteReason.TargetingMatch
        ? ((int)answer.Variant * Reasons) + (int)answer.Reason
        : Plain + answer.Because + (answer.Variant == RouteVariant.New ? 0 : entry.Included.Length);

    private byte[] Write(in RouteAnswer answer)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("key", entry.Key);
            if (answer.Error != RouteError.None)
            {
                json.WriteString("errorCode", answer.Error.Name());
                json.WriteString("errorDetails", answer.Error == RouteError.StickyAttributeMissing
                    ? $"The answer depends on the attribute {entry.Route!.StickyBy}, and the context has none that is a text or an integer of 64 bits."
                    : "The answer depends on the user, and the context has no targetingKey.");
            }
            else
            {
                WriteValue(json, answer);
                json.WriteString("reason", answer.Reason.Name());
                json.WriteString("variant", answer.Variant.Name());
            }

            json.WriteStartObject("metadata");
            WriteOrigin(json, answer.Segment);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// A flag that is null has no value: clients then take their own default. A whole number is written without a fraction, however it was
    /// given.
    /// </summary>
    private void WriteValue(Utf8JsonWriter json, in RouteAnswer answer)
    {
        switch (entry.StaticJson)
        {
            case null:
                json.WriteBoolean("value", answer.Variant == RouteVariant.New);
                break;
            case "null":
                break;
            case var text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue:
                json.WriteNumber("value", (long)number);
                break;
            case var text:
                json.WritePropertyName("value");
                json.WriteRawValue(text);
                break;
        }
    }

    private void WriteOrigin(Utf8JsonWriter json, string? segment)
    {
        if (entry.Route is not { } route)
        {
            return;
        }

        json.WriteString("rollout", route.Rollout);
        json.WriteNumber("version", route.RolloutVersion);
        foreach (var (name, text) in ((string, string?)[])[("phase", route.Phase), ("step", route.Step), ("segment", segment)])
        {
            if (text is not null)
            {
                json.WriteString(name, text);
            }
        }
    }
}
