using System.Text.Json;
using System.Text.Unicode;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>
/// Reads <c>{ "context": { "targetingKey": ..., ... } }</c>. A missing or null context is an empty one: clients send it
/// when they have none.
/// </summary>
internal static class ContextBody
{
    private static readonly JsonReaderOptions Limits = new() { MaxDepth = 8 };

    /// <summary>Fills the context; null on success.</summary>
    public static BodyProblem? Read(ReadOnlySpan<byte> body, EvaluationContext user)
    {
        if (body.IsEmpty)
        {
            return new("PARSE_ERROR", "The body is empty; it should be a JSON object with a context.");
        }

        // The reader checks the syntax and not the strings.
        if (!Utf8.IsValid(body))
        {
            return new("PARSE_ERROR", "The body is not UTF-8.");
        }

        try
        {
            var reader = new Utf8JsonReader(body, Limits);
            return Read(ref reader, user);
        }
        catch (JsonException)
        {
            return new("PARSE_ERROR", "The body is not JSON, or is nested deeper than 8 levels.");
        }
        catch (InvalidOperationException)
        {
            return new("PARSE_ERROR", "A string in the body is not valid Unicode: half of a surrogate pair.");
        }
    }

    private static BodyProblem? Read(ref Utf8JsonReader reader, EvaluationContext user)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new("PARSE_ERROR", "The body is not a JSON object.");
        }

        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContext = reader.ValueTextEquals("context"u8);
            reader.Read();
            if (!isContext)
            {
                reader.Skip();
                continue;
            }

            if (found || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            {
                return new("INVALID_CONTEXT", found ? "There is more than one context." : "The context is not a JSON object.");
            }

            found = true;
            if (reader.TokenType == JsonTokenType.StartObject && !user.Read(ref reader))
            {
                return new("INVALID_CONTEXT", "The targetingKey is not a string.");
            }
        }

        // A further read finds anything after the object.
        reader.Read();
        return null;
    }
}
