using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// One environment's routing as text for remote deciders: everything that <see cref="EnvironmentModel"/> holds, so that the same router
/// gives the same answers. Members that the reader has already, by their tag, are left out or sent as a change.
/// </summary>
internal static class TableDocument
{
    /// <summary>Newest format. A reader refuses documents of a later one: it would miss a part that means "legacy".</summary>
    public const int Format = 4;

    /// <summary>
    /// A rule in place of one that the reader cannot read. Each route that names such a segment is off or unread in the same document, so
    /// that no reader decides by it.
    /// </summary>
    private static readonly SegmentDefinition Empty = new(null, new SegmentRule.Any([]));

    /// <summary>Format for readers that name none: it has members as a whole or not at all, under a tag that hashes all of them.</summary>
    public const int First = 1;

    /// <summary>The environment as served.</summary>
    /// <param name="environment">Compiled; null for one without flags.</param>
    /// <param name="name">Name of the environment.</param>
    /// <param name="has">True when the reader has the members of this tag.</param>
    /// <param name="format">Newest format that the reader can read.</param>
    public static TableText Write(EnvironmentTable? environment, string name, Func<string, bool> has, int format = Format)
    {
        var output = new ArrayBufferWriter<byte>();
        var places = ImmutableArray.CreateBuilder<(int At, MemberSet Members)>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("format", format);
            json.WriteString("environment", name);
            WriteFlags(json, environment, format);
            json.WriteStartArray("segments");
            foreach (var segment in environment?.Segments ?? [])
            {
                json.WriteStartObject();
                json.WriteString("key", segment.Key);
                json.WritePropertyName("definition");
                json.WriteRawValue(SegmentDefinitionJson.Write(TableFormat.Of(segment.Definition) > format ? Empty : segment.Definition));
                if (segment.Members is { Count: > 0 } members)
                {
                    json.WriteStartObject("members");
                    if (Write(json, members, Known(members, has, format), format))
                    {
                        json.Flush();
                        places.Add((output.WrittenCount - 1, members));
                    }

                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new TableText(output.WrittenMemory, places.ToImmutable());
    }

    /// <summary>A key that is equal for all readers with equal documents: the format and the tags that members are sent from.</summary>
    public static string Way(EnvironmentTable environment, Func<string, bool> has, int format) =>
        $"{format}:{string.Join(',', environment.Segments.Where(segment => segment.Members.Count > 0).Select(segment => Known(segment.Members, has, format)))}";

    /// <summary>
    /// The model of a document. Throws <see cref="FormatException"/> for anything that
    /// <see cref="Write(EnvironmentTable?, string, Func{string, bool}, int)"/> does not write. Segments that did not change keep their instances, so
    /// that they are not compiled again.
    /// </summary>
    /// <param name="document">UTF-8 JSON.</param>
    /// <param name="before">The model that the reader has already.</param>
    /// <returns>The model, and its unwatched rollouts.</returns>
    public static (EnvironmentModel Model, ImmutableArray<string> Unwatched) Read(
        ReadOnlyMemory<byte> document, EnvironmentModel? before = null)
    {
        try
        {
            // The parser borrows memory by the length of the text, so it is not given the members.
            var (bare, members) = TableText.Split(document);
            using var json = JsonDocument.Parse(bare);
            return (Read(json.RootElement, before, members), json.RootElement.TryGetProperty("unwatched", out _) ? Texts(json.RootElement, "unwatched") : []);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new FormatException($"not a routing table: {e.Message}", e);
        }
    }

    private static void WriteFlags(Utf8JsonWriter json, EnvironmentTable? environment, int format)
    {
        json.WriteStartArray("flags");
        foreach (var flag in environment is null ? [] : environment.Flags)
        {
            json.WriteStartObject();
            json.WriteString("key", flag.Key);
            if (flag.Route is { } route)
            {
                json.WritePropertyName("route");
                Write(json, TableFormat.Of(route, environment!) > format
                    ? route with { Mode = Safe(route.Mode), StickyBy = null, Shares = [] }
                    : route);
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
        if (route.StickyBy is { } by)
        {
            json.WriteString("stickyBy", by);
        }

        json.WriteString("mode", route.Mode switch { RouteMode.Off => "off", RouteMode.Split => "split", _ => "unread" });
        json.WriteNumber("percentage", route.Percentage.Thousandths);
        Write(json, "included", route.Included);
        if (!route.Shares.IsEmpty)
        {
            json.WriteStartArray("shares");
            foreach (var share in route.Shares)
            {
                json.WriteStartObject();
                json.WriteString("segment", share.Segment);
                json.WriteNumber("percentage", share.Percentage.Thousandths);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        Write(json, "takenBack", route.TakenBack);
        if (!route.Judged.IsEmpty)
        {
            // No answer depends on it: readers of every format may have it, and older ones ignore it.
            Write(json, "judged", route.Judged);
        }

        json.WriteString("phase", route.Phase);
        json.WriteString("step", route.Step);
        json.WriteString("onStale", route.OnStale.KeepLastFor?.ToString("c", CultureInfo.InvariantCulture) ?? "last");
        json.WriteString("onUnwatched", route.OnUnwatched == UnwatchedPolicy.Hold ? "hold" : "legacy");
        json.WriteEndObject();
    }

    /// <summary>Mode of a route that the reader would misread: everyone on legacy, as stale.</summary>
    private static RouteMode Safe(RouteMode mode) => mode == RouteMode.Off ? RouteMode.Off : RouteMode.Unread;

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<string> segments)
    {
        json.WriteStartArray(name);
        foreach (var segment in segments)
        {
            json.WriteStringValue(segment);
        }

        json.WriteEndArray();
    }

    private static string? Known(MemberSet members, Func<string, bool> has, int format) =>
        format > First ? members.Known(has) : has(members.Digest) ? members.Digest : null;

    /// <summary>True when all members belong before the last quote of what is written.</summary>
    private static bool Write(Utf8JsonWriter json, MemberSet members, string? known, int format)
    {
        var tag = Tag(members, format);
        json.WriteString("tag", tag);
        if (known is null)
        {
            json.WriteBase64String("key", members.MemberKey);
            json.WriteString("hashes", ""u8);
            return true;
        }

        if (known != tag)
        {
            var (added, removed) = members.Since(known);
            json.WriteString("from", known);
            json.WriteBase64String("added", MemberText.Bytes(added));
            json.WriteBase64String("removed", MemberText.Bytes(removed));
        }

        return false;
    }

    private static string Tag(MemberSet members, int format) => format > First ? members.Tag : members.Digest;

    private static EnvironmentModel Read(JsonElement root, EnvironmentModel? before, List<ReadOnlyMemory<byte>> members)
    {
        var format = root.GetProperty("format").GetInt32();
        if (format is < First or > Format)
        {
            throw new FormatException($"the table is of format {format}; this build reads {First} to {Format}");
        }

        var flags = root.GetProperty("flags").EnumerateArray().ToLookup(flag => flag.TryGetProperty("route", out _));
        return new EnvironmentModel
        {
            Name = root.GetProperty("environment").GetString()!,
            Flags = [.. flags[false].Select(flag => new FlagValue(Text(flag, "key"), flag.GetProperty("value").GetRawText()))],
            Routes = [.. flags[true].Select(flag => ReadRoute(Text(flag, "key"), flag.GetProperty("route")))],
            Segments = [.. root.GetProperty("segments").EnumerateArray().Select(segment => ReadSegment(segment, before, format, members))],
        };
    }

    private static RoutedFlag ReadRoute(string flag, JsonElement route) => new()
    {
        Flag = flag,
        Rollout = Text(route, "rollout"),
        RolloutVersion = route.GetProperty("version").GetInt64(),
        Salt = Text(route, "salt"),
        StickyBy = route.TryGetProperty("stickyBy", out var by) ? by.GetString() : null,
        Mode = Text(route, "mode") switch
        {
            "off" => RouteMode.Off,
            "split" => RouteMode.Split,
            "unread" => RouteMode.Unread,
            var mode => throw new FormatException($"'{mode}' is not a mode of a route"),
        },
        Percentage = ReadPercentage(route),
        Included = Texts(route, "included"),
        Shares = route.TryGetProperty("shares", out var shares) ? [.. shares.EnumerateArray().Select(ReadShare)] : [],
        TakenBack = Texts(route, "takenBack"),
        Judged = route.TryGetProperty("judged", out _) ? Texts(route, "judged") : [],
        Phase = route.GetProperty("phase").GetString(),
        Step = route.GetProperty("step").GetString(),
        OnStale = Text(route, "onStale") switch
        {
            "last" => StalePolicy.Last,
            var time => new StalePolicy(TimeSpan.ParseExact(time, "c", CultureInfo.InvariantCulture)),
        },
        OnUnwatched = Text(route, "onUnwatched") == "hold" ? UnwatchedPolicy.Hold : UnwatchedPolicy.Legacy,
    };

    private static SegmentShare ReadShare(JsonElement share) => new(Text(share, "segment"), ReadPercentage(share));

    private static Share ReadPercentage(JsonElement element) => Share.Of(element.GetProperty("percentage").GetInt32());

    private static SegmentModel ReadSegment(JsonElement segment, EnvironmentModel? before, int format, List<ReadOnlyMemory<byte>> wholes)
    {
        var key = Text(segment, "key");
        var known = before?.Segments.FirstOrDefault(one => one.Key == key);
        var definition = segment.GetProperty("definition").Deserialize<SegmentDefinition>()!;
        var members = segment.TryGetProperty("members", out var opted)
            ? ReadMembers(opted, before?.Segments.Select(one => one.Members) ?? [], format, wholes)
            : MemberSet.Empty;
        var same = known is not null
            && SegmentDefinitionJson.Write(known.Definition).AsSpan().SequenceEqual(SegmentDefinitionJson.Write(definition));
        return new SegmentModel(key, same ? known!.Definition : definition, members);
    }

    private static MemberSet ReadMembers(JsonElement members, IEnumerable<MemberSet> before, int format, List<ReadOnlyMemory<byte>> wholes)
    {
        var tag = Text(members, "tag");
        if (before.FirstOrDefault(one => Is(one, tag)) is { } same)
        {
            return same;
        }

        var set = members.TryGetProperty("hashes", out var hashes)
            ? MemberSet.Of(members.GetProperty("key").GetBytesFromBase64(), MemberText.Hashes(wholes[hashes.GetInt32()].Span).AsSpan())
            : Changed(members, before.FirstOrDefault(one => members.TryGetProperty("from", out var from) && Is(one, from.GetString())));
        return Is(set, tag) ? set : throw new FormatException("the members are not those of their tag");

        bool Is(MemberSet set, string? tag) => set.Count > 0 && Tag(set, format) == tag;
    }

    private static MemberSet Changed(JsonElement members, MemberSet? from) =>
        (from ?? throw new FormatException($"the members {Text(members, "tag")} are neither in the table nor known"))
            .With(MemberText.Hashes(JsonMarshal.GetRawUtf8Value(members.GetProperty("added"))),
                MemberText.Hashes(JsonMarshal.GetRawUtf8Value(members.GetProperty("removed"))));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is missing");

    private static ImmutableArray<string> Texts(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(text => text.GetString() ?? throw new FormatException($"'{name}' is not a list of texts"))];
}
