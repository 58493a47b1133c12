using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// One environment's routing as text for whoever decides elsewhere: all that <see cref="EnvironmentModel"/> holds, so that the same router
/// gives the same answers. Members may be left out where the reader has them already, by their tag.
/// </summary>
internal static class TableDocument
{
    /// <summary>A reader refuses documents of a later format: it would miss something that says "legacy".</summary>
    public const int Format = 1;

    /// <summary>The environment as it is served.</summary>
    /// <param name="environment">Compiled; null for one without flags.</param>
    /// <param name="name">Its name.</param>
    /// <param name="has">Whether the reader has the members of this tag.</param>
    public static byte[] Write(EnvironmentTable? environment, string name, Func<string, bool> has)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("environment", name);
            WriteFlags(json, environment);
            json.WriteStartArray("segments");
            foreach (var segment in environment?.Segments ?? [])
            {
                Write(json, segment, has);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The model of a document. Throws <see cref="FormatException"/> for anything that <see cref="Write(EnvironmentTable?, string, Func{string, bool})"/>
    /// does not write. Segments that did not change keep their instances, so that they are not compiled again.
    /// </summary>
    /// <param name="document">UTF-8 JSON.</param>
    /// <param name="before">What the reader has already.</param>
    /// <returns>The model, and which of its rollouts nobody watches.</returns>
    public static (EnvironmentModel Model, ImmutableArray<string> Unwatched) Read(ReadOnlyMemory<byte> document, EnvironmentModel? before = null)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return (Read(json.RootElement, before), json.RootElement.TryGetProperty("unwatched", out _) ? Texts(json.RootElement, "unwatched") : []);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new FormatException($"not a routing table: {e.Message}", e);
        }
    }

    private static void WriteFlags(Utf8JsonWriter json, EnvironmentTable? environment)
    {
        json.WriteStartArray("flags");
        foreach (var flag in environment is null ? [] : environment.Flags)
        {
            json.WriteStartObject();
            json.WriteString("key", flag.Key);
            if (flag.Route is { } route)
            {
                json.WritePropertyName("route");
                Write(json, route);
            }
            else
            {
                json.WritePropertyName("value");
                json.WriteRawValue(flag.StaticJson!);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RoutedFlag route)
    {
        json.WriteStartObject();
        json.WriteString("rollout", route.Rollout);
        json.WriteNumber("version", route.RolloutVersion);
        json.WriteString("salt", route.Salt);
        json.WriteString("mode", route.Mode switch { RouteMode.Off => "off", RouteMode.Split => "split", _ => "unread" });
        json.WriteNumber("percentage", route.Percentage);
        Write(json, "included", route.Included);
        Write(json, "takenBack", route.TakenBack);
        json.WriteString("phase", route.Phase);
        json.WriteString("step", route.Step);
        json.WriteString("onStale", route.OnStale.KeepLastFor?.ToString("c", CultureInfo.InvariantCulture) ?? "last");
        json.WriteString("onUnwatched", route.OnUnwatched == UnwatchedPolicy.Hold ? "hold" : "legacy");
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<string> segments)
    {
        json.WriteStartArray(name);
        foreach (var segment in segments)
        {
            json.WriteStringValue(segment);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SegmentModel segment, Func<string, bool> has)
    {
        json.WriteStartObject();
        json.WriteString("key", segment.Key);
        json.WritePropertyName("definition");
        json.WriteRawValue(SegmentDefinitionJson.Write(segment.Definition));
        if (segment.Members.Count > 0)
        {
            json.WriteStartObject("members");
            json.WriteString("tag", segment.Members.Tag);
            if (!has(segment.Members.Tag))
            {
                json.WriteBase64String("key", segment.Members.MemberKey);
                json.WriteBase64String("hashes", Bytes(segment.Members.Hashes));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>16 bytes a member, the highest first.</summary>
    private static byte[] Bytes(ReadOnlySpan<MemberHash> hashes)
    {
        var bytes = new byte[hashes.Length * 16];
        for (var i = 0; i < hashes.Length; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(i * 16), hashes[i].Value);
        }

        return bytes;
    }

    private static EnvironmentModel Read(JsonElement root, EnvironmentModel? before)
    {
        var format = root.GetProperty("format").GetInt32();
        if (format != Format)
        {
            throw new FormatException($"the table is of format {format}; this build reads {Format}");
        }

        var flags = root.GetProperty("flags").EnumerateArray().ToLookup(flag => flag.TryGetProperty("route", out _));
        return new EnvironmentModel
        {
            Name = root.GetProperty("environment").GetString()!,
            Flags = [.. flags[false].Select(flag => new FlagValue(Text(flag, "key"), flag.GetProperty("value").GetRawText()))],
            Routes = [.. flags[true].Select(flag => ReadRoute(Text(flag, "key"), flag.GetProperty("route")))],
            Segments = [.. root.GetProperty("segments").EnumerateArray().Select(segment => ReadSegment(segment, before))],
        };
    }

    private static RoutedFlag ReadRoute(string flag, JsonElement route) => new()
    {
        Flag = flag,
        Rollout = Text(route, "rollout"),
        RolloutVersion = route.GetProperty("version").GetInt64(),
        Salt = Text(route, "salt"),
        Mode = Text(route, "mode") switch
        {
            "off" => RouteMode.Off,
            "split" => RouteMode.Split,
            "unread" => RouteMode.Unread,
            var mode => throw new FormatException($"'{mode}' is no mode of a route"),
        },
        Percentage = route.GetProperty("percentage").GetInt32(),
        Included = Texts(route, "included"),
        TakenBack = Texts(route, "takenBack"),
        Phase = route.GetProperty("phase").GetString(),
        Step = route.GetProperty("step").GetString(),
        OnStale = Text(route, "onStale") switch
        {
            "last" => StalePolicy.Last,
            var time => new StalePolicy(TimeSpan.ParseExact(time, "c", CultureInfo.InvariantCulture)),
        },
        OnUnwatched = Text(route, "onUnwatched") == "hold" ? UnwatchedPolicy.Hold : UnwatchedPolicy.Legacy,
    };

    private static SegmentModel ReadSegment(JsonElement segment, EnvironmentModel? before)
    {
        var key = Text(segment, "key");
        var known = before?.Segments.FirstOrDefault(one => one.Key == key);
        var definition = segment.GetProperty("definition").Deserialize<SegmentDefinition>()!;
        var members = segment.TryGetProperty("members", out var opted) ? ReadMembers(opted, known, before) : MemberSet.Empty;
        var same = known is not null && SegmentDefinitionJson.Write(known.Definition).AsSpan().SequenceEqual(SegmentDefinitionJson.Write(definition));
        return new SegmentModel(key, same ? known!.Definition : definition, members);
    }

    private static MemberSet ReadMembers(JsonElement members, SegmentModel? known, EnvironmentModel? before)
    {
        var tag = Text(members, "tag");
        if (known is { Members: { Count: > 0 } same } && same.Tag == tag)
        {
            return same;
        }

        if (!members.TryGetProperty("hashes", out var encoded))
        {
            return before?.Segments.Select(segment => segment.Members).FirstOrDefault(one => one.Count > 0 && one.Tag == tag)
                ?? throw new FormatException($"the members {tag} are neither in the table nor known");
        }

        var bytes = encoded.GetBytesFromBase64();
        if (bytes.Length % 16 != 0)
        {
            throw new FormatException("the members do not have 16 bytes each");
        }

        var hashes = new MemberHash[bytes.Length / 16];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new MemberHash(BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(i * 16)));
        }

        var set = MemberSet.Under(members.GetProperty("key").GetBytesFromBase64()).With(ImmutableCollectionsMarshal.AsImmutableArray(hashes), []);
        return set.Tag == tag ? set : throw new FormatException("the members are not those of their tag");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is missing");

    private static ImmutableArray<string> Texts(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? throw new FormatException($"'{name}' holds no texts"))];
}
