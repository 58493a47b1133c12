using System.Globalization;
using System.Text.Json;
using Orchestrator.Faults.Processes;

namespace Orchestrator.Faults.Recording;

/// <summary>Final view of a rollout on every node: its events, its chain, its live state and its replayed state.</summary>
/// <param name="recorder">The recorder.</param>
/// <param name="api">API client.</param>
/// <param name="head">Position up to which the log is read: verification steps of incidents still run, and nodes are read one after the
/// other.</param>
internal sealed class Inspection(Recorder recorder, Operator api, long head)
{
    /// <summary>Users whose journeys are read on each node: a sample of those who were asked about first.</summary>
    private const int Sampled = 10;

    private static readonly string[] Compared = ["status", "phase", "step", "percentage", "salt", "since", "version", "segments", "plan", "rollback"];

    /// <summary>
    /// Reads all rollouts of a node, and records them once they are complete: a node that ends in between is read again as another process,
    /// and half a reading of the former would look like a log with missing events.
    /// </summary>
    public async Task Read(Node node, IEnumerable<string> rollouts)
    {
        var said = new List<Entry>();
        foreach (var rollout in rollouts)
        {
            await Read(node, rollout, said);
        }

        said.ForEach(recorder.Note);
    }

    private async Task Read(Node node, string rollout, List<Entry> said)
    {
        foreach (var line in (await api.Lines(node, $"/api/v1/rollouts/{rollout}/events")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.GetProperty("position").GetInt64() > head)
            {
                break;
            }

            said.Add(new Entry.Kept(
                recorder.Now, node.Process, root.GetProperty("position").GetInt64(), root.GetProperty("stream").GetString()!,
                root.GetProperty("version").GetInt64(),
                root.GetProperty("id").GetString()!, root.GetProperty("type").GetString()!,
                root.TryGetProperty("correlation", out var correlation) ? correlation.GetString() : null, root.GetProperty("hash").GetString()!,
                root.GetProperty("data").GetRawText()));
        }

        var verified = await api.Get(node, $"/api/v1/rollouts/{rollout}/verify");
        said.Add(new Entry.Verified(
            recorder.Now, node.Process, rollout, verified.GetProperty("events").GetInt64(), verified.GetProperty("intact").GetBoolean()));

        var live = await api.Get(node, $"/api/v1/rollouts/{rollout}");
        var version = live.GetProperty("version").GetInt64();
        var replayed = await api.Get(node, string.Create(CultureInfo.InvariantCulture, $"/api/v1/rollouts/{rollout}?version={version}"));
        said.Add(new Entry.Stood(recorder.Now, node.Process, rollout, version, Standing(live), Standing(replayed)));
        await Journeys(node, rollout, live.GetProperty("environment").GetString()!, live.GetProperty("flag").GetString()!, said);
    }

    private async Task Journeys(Node node, string rollout, string environment, string flag, List<Entry> said)
    {
        for (var i = 0; i < Sampled; i++)
        {
            var user = $"u{i}";
            var body = new { flag, context = new { targetingKey = user } };
            var journey = await api.Ask(node, $"/api/v1/environments/{environment}/journey", body);
            said.AddRange(
                from interval in journey.GetProperty("intervals").EnumerateArray()
                where interval.TryGetProperty("rollout", out var id) && id.GetString() == rollout
                select new Entry.Walked(
                    recorder.Now, node.Process, rollout, user, interval.GetProperty("began").GetProperty("position").GetInt64(),
                    interval.GetProperty("variant").GetString()!));
        }
    }

    private static string Standing(JsonElement rollout) =>
        string.Join(' ', Compared.Select(name => $"{name}={(rollout.TryGetProperty(name, out var value) ? value.GetRawText() : "absent")}"));
}
