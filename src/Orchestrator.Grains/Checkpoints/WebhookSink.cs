using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Notifications;
using Orchestrator.Grains.Notifications.Channels;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>
/// A receiver that stores every checkpoint: <c>POST</c> by Standard Webhooks with <c>{ type: "Checkpoint", timestamp, data }</c>, where
/// <c>data</c> is the document of <see cref="CheckpointFile"/>. It is never read.
/// </summary>
internal sealed class WebhookSink(string target, IReadOnlyList<byte[]> keys, ChannelHttp http) : ICheckpointSink
{
    public string Name => $"webhook {(Uri.TryCreate(target, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Path) : "")}";

    public Task<CheckpointFile?> Newest(CancellationToken stop) => Task.FromResult<CheckpointFile?>(null);

    public async Task Put(CheckpointFile file, CancellationToken stop)
    {
        var checkpoint = file.Checkpoint;
        var id = string.Create(CultureInfo.InvariantCulture, $"checkpoint-{checkpoint.Timeline}-{checkpoint.Position}-{checkpoint.At.ToUnixTimeSeconds()}");
        var body = JsonBody(file);

        // Receivers compare it with their own clocks, so it is real time, whatever the orchestrator's time is.
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        List<(string, string)> headers = [("webhook-id", id), ("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture))];
        if (keys.Count > 0)
        {
            headers.Add(("webhook-signature", Signature.Of(keys, id, timestamp, body)));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(ChannelSender.Patience);
        if (await http.Post(target, body, headers, quote: false, limit.Token) is Attempt.Failed failed)
        {
            throw new IOException(failed.Reason);
        }
    }

    private static byte[] JsonBody(CheckpointFile file) => System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = "Checkpoint",
        ["timestamp"] = file.Checkpoint.At.ToString("O", CultureInfo.InvariantCulture),
        ["data"] = JsonNode.Parse(file.Write()),
    }.ToJsonString());
}
