using System.Text.Json;
using Orchestrator.Api.Diagnostics;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Answers as UTF-8 JSON, from fragments that are built once for each flag, variant and reason.</summary>
internal static class OfrepWriter
{
    /// <summary>Writes the answer for one flag: as in a bulk, with the version of its table.</summary>
    public static void Single(Output output, in RouteAnswer answer, in OfrepAsker asker, long position, long? age)
    {
        One(output, answer, asker);
        output.Length -= 2;
        Table(output, position, age);
        output.Write("}}"u8);
    }

    /// <summary>Writes the answers for all flags; a flag without an answer gets an error in its place.</summary>
    /// <param name="output">Buffer.</param>
    /// <param name="asker">The user, and the environment of the flags.</param>
    /// <param name="trust">Trust of the node in its table.</param>
    public static void Bulk(Output output, in OfrepAsker asker, in TableTrust trust)
    {
        output.Write("{\"flags\":["u8);
        foreach (var entry in asker.Environment is null ? [] : asker.Environment.Flags)
        {
            var before = output.Length;
            try
            {
                One(output, Router.Route(asker.Environment!, entry, asker.User, trust), asker);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                output.Length = before;
                Failure(output, entry.Key, "GENERAL", "Evaluation of this flag failed.");
            }

            output.Write(","u8);
        }

        output.Length -= output.Span[^1] == ',' ? 1 : 0;
        output.Write("]"u8);
    }

    /// <summary>Ends a bulk answer: address of its event stream, and the version of its table.</summary>
    public static void EndBulk(Output output, string stream, long timeline, long position, long? age)
    {
        output.Write(",\"eventStreams\":[{\"type\":\"sse\",\"endpoint\":{\"requestUri\":\""u8);
        output.Write(stream);
        output.Write("\"},\"inactivityDelaySec\":120}],\"metadata\":{\"timeline\":"u8);
        output.Write(timeline);
        Table(output, position, age);
        output.Write("}}"u8);
    }

    /// <summary>Writes a failure; without a key that of a bulk request.</summary>
    public static void Failure(Output output, ReadOnlySpan<char> flag, string code, string details)
    {
        output.Write("{"u8);
        if (!flag.IsEmpty)
        {
            output.Write("\"key\":"u8);
            output.Write(JsonSerializer.SerializeToUtf8Bytes(flag.ToString()));
            output.Write(","u8);
        }

        output.Write("\"errorCode\":\""u8);
        output.Write(code);
        output.Write("\",\"errorDetails\":"u8);
        output.Write(JsonSerializer.SerializeToUtf8Bytes(details));
        output.Write("}"u8);
    }

    private static void One(Output output, in RouteAnswer answer, in OfrepAsker asker)
    {
        var entry = answer.Entry!;
        output.Write(entry.Json(answer));
        if (answer.Error != RouteError.None)
        {
            return;
        }

        var segments = Router.Serve(asker.Environment!, answer, asker.User, asker.People);
        if (answer.Reason == RouteReason.Stale)
        {
            Telemetry.StaleAnswers.Add(1);
        }

        if (answer.Bucket is { } bucket)
        {
            output.Length -= 2;
            output.Member("\"bucket\":"u8, bucket);
            output.Write("}}"u8);
        }

        if (segments is not null && asker.Tells)
        {
            // Keys of segments need no escape.
            output.Length -= 2;
            output.Write(",\"segments\":\""u8);
            output.Write(segments);
            output.Write("\"}}"u8);
        }
    }

    private static void Table(Output output, long position, long? age)
    {
        output.Member("\"position\":"u8, position);
        if (age is { } milliseconds)
        {
            output.Member("\"tableAgeMs\":"u8, milliseconds);
        }
    }
}
