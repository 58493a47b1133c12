using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Samples.Chat.Metering;
using Orchestrator.Samples.Chat.Paths;
using Orchestrator.Samples.Chat.Rooms;
using Orchestrator.Samples.Chat.Routing;

namespace Orchestrator.Samples.Chat;

/// <summary>A message that a client posts. Attributes describe the user: region, usage, internal, trusted, platform.</summary>
internal sealed record Post(string UserId, string Text, Dictionary<string, JsonElement>? Attributes = null, string? ContentType = null)
{
    public string? Region => Attributes?.GetValueOrDefault("region") is { ValueKind: JsonValueKind.String } region ? region.GetString() : null;
}

/// <summary>Its outcome: the delivered message, or the reason of a failure.</summary>
internal sealed record Posted(string Path, Delivered? Delivered, string? Error);

/// <summary>The one use case: ask which path, handle, deliver to the room, run the callbacks, measure.</summary>
internal sealed class Posting(
    ChatPaths paths, Meters meters, RoomBook rooms, Callbacks callbacks, OfrepClient ofrep, ShadowFlag shadow, Mirror mirror,
    ChatOptions options)
{
    private readonly ConcurrentDictionary<string, Seat> _seats = new();

    public async Task<Posted> PostAsync(string roomName, Post post, CancellationToken stop)
    {
        var onNew = await ofrep.IsOnAsync(options.Flag, post.UserId, post.Attributes, stop);
        var (path, meter) = onNew ? (paths.New, meters.New) : (paths.Legacy, meters.Legacy);
        var requests = onNew ? meters.RequestsOnNew(post.Region) : meter;
        var incoming = new Incoming(roomName, post.UserId, post.Text, post.ContentType ?? "text/plain");
        var seat = _seats.GetOrAdd(post.UserId, static _ => new Seat());
        var started = Stopwatch.GetTimestamp();
        await seat.Turn.WaitAsync(stop);
        ChatMessage message;
        Delivered delivered;
        try
        {
            var moved = seat.Path is not null && seat.Path != path.Name;
            message = await path.HandleAsync(incoming, post.Region, () => moved ? seat.Sent : null, stop);
            NoteSwitch(meter, seat, moved, message);
            (seat.Path, seat.Sent) = (path.Name, message.Sequence);
            delivered = Deliver(meter, message);
        }
        catch (Exception e) when (e is not (NotSupportedException or JsonException) && !stop.IsCancellationRequested)
        {
            requests.Finished(Stopwatch.GetElapsedTime(started), failed: true);
            return new Posted(path.Name, null, e.Message);
        }
        finally
        {
            seat.Turn.Release();
        }

        requests.Finished(Stopwatch.GetElapsedTime(started), failed: false);
        if (!onNew && shadow.On)
        {
            mirror.Copy(incoming, post.Region, message);
        }

        return new Posted(path.Name, delivered, null);
    }

    /// <summary>A session that changed paths is intact when its numbering goes on where it was.</summary>
    private static void NoteSwitch(PathMeter meter, Seat seat, bool moved, ChatMessage message)
    {
        if (moved)
        {
            meter.Add("sessions_before");
            meter.Add("sessions_after", message.Sequence == seat.Sent + 1 ? 1 : 0);
        }
    }

    private Delivered Deliver(PathMeter meter, ChatMessage message)
    {
        meter.Add("messages_sent");
        var room = rooms.Open(message.Room);
        var delivered = room.Append(message);
        meter.Add("messages_delivered", room.Holds(delivered) ? 1 : 0);
        foreach (var callback in callbacks.All)
        {
            meter.Add("callbacks_started");
            callback(delivered);
            meter.Add("callbacks_completed");
        }

        return delivered;
    }

    /// <summary>Where a user's session is. One message of a user at a time, or numbering would depend on luck.</summary>
    private sealed class Seat
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public string? Path { get; set; }

        public long Sent { get; set; }
    }
}
