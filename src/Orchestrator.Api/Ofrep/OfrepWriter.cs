using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>Answers as UTF-8 JSON, put together from pieces that were encoded when the table changed.</summary>
internal static class OfrepWriter
{
    private const string KeyMissing = "The answer depends on the user, and the context has no targetingKey.";

    /// <summary>Writes the answer for one flag and gives its status.</summary>
    public static int Single(ArrayBufferWriter<byte> output, string flag, in RouteAnswer answer, long position)
    {
        switch (answer.Error)
        {
            case RouteError.None:
                Success(output, answer, position);
                return StatusCodes.Status200OK;
            case RouteError.FlagNotFound:
                Failure(output, flag, "FLAG_NOT_FOUND", "There is no such flag in this environment.");
                return StatusCodes.Status404NotFound;
            default:
                Failure(output, flag, answer.Error.Name()!, KeyMissing);
                return StatusCodes.Status400BadRequest;
        }
    }

    /// <summary>Writes the answers for all flags; one that has no answer says so in its place.</summary>
    public static void Bulk(ArrayBufferWriter<byte> output, RoutingTable table, EnvironmentTable? environment, EvaluationContext user, in Standing standing)
    {
        output.Write("{\"flags\":["u8);
        var first = true;
        foreach (var entry in environment is null ? [] : environment.Flags)
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            var answer = Router.Route(environment!, entry, user, standing);
            if (answer.Error == RouteError.None)
            {
                Success(output, answer, table.Position);
            }
            else
            {
                Failure(output, entry.Key, answer.Error.Name()!, KeyMissing);
            }
        }

        output.Write("],\"metadata\":{\"timeline\":"u8);
        Write(output, table.Timeline);
        output.Write(",\"position\":"u8);
        Write(output, table.Position);
        output.Write("}}"u8);
    }

    /// <summary>Writes a failure; without a key that of a bulk request.</summary>
    public static void Failure(ArrayBufferWriter<byte> output, string? flag, string code, string details)
    {
        output.Write("{"u8);
        if (flag is not null)
        {
            output.Write("\"key\":"u8);
            Write(output, flag);
            output.Write(","u8);
        }

        output.Write("\"errorCode\":"u8);
        Write(output, code);
        output.Write(",\"errorDetails\":"u8);
        Write(output, details);
        output.Write("}"u8);
    }

    private static void Success(ArrayBufferWriter<byte> output, in RouteAnswer answer, long position)
    {
        var entry = answer.Entry!;
        entry.Served?.Count(answer.Variant);
        if (answer.Reason == RouteReason.Stale)
        {
            Telemetry.StaleAnswers.Add(1);
        }

        output.Write("{\"key\":"u8);
        output.Write(entry.JsonKey);
        output.Write(",\"value\":"u8);
        output.Write(answer.Value);
        output.Write(Reason(answer.Reason));
        output.Write(answer.Variant switch
        {
            RouteVariant.New => "\"variant\":\"new\",\"metadata\":"u8,
            RouteVariant.Legacy => "\"variant\":\"legacy\",\"metadata\":"u8,
            _ => "\"variant\":\"static\",\"metadata\":"u8,
        });
        output.Write(entry.JsonMetadata);
        output.Write("\"position\":"u8);
        Write(output, position);
        output.Write("}}"u8);
    }

    private static ReadOnlySpan<byte> Reason(RouteReason reason) => reason switch
    {
        RouteReason.Disabled => ",\"reason\":\"DISABLED\","u8,
        RouteReason.TargetingMatch => ",\"reason\":\"TARGETING_MATCH\","u8,
        RouteReason.Split => ",\"reason\":\"SPLIT\","u8,
        RouteReason.Static => ",\"reason\":\"STATIC\","u8,
        RouteReason.Default => ",\"reason\":\"DEFAULT\","u8,
        RouteReason.Stale => ",\"reason\":\"STALE\","u8,
        _ => ",\"reason\":\"UNKNOWN\","u8,
    };

    private static void Write(ArrayBufferWriter<byte> output, long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    private static void Write(ArrayBufferWriter<byte> output, string text) => output.Write(JsonSerializer.SerializeToUtf8Bytes(text));
}
