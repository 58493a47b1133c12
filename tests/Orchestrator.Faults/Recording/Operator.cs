using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Faults.Processes;

namespace Orchestrator.Faults.Recording;

/// <summary>
/// Operator of rollouts over HTTP. All tries of a command have one id, and every command is recorded with its last answer.
/// </summary>
internal sealed class Operator(Recorder recorder, Func<IReadOnlyList<Node>> nodes) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        DefaultRequestHeaders = { { "X-API-Key", Cluster.AdminKey } },
        Timeout = TimeSpan.FromSeconds(30),
    };

    private int _turn;

    /// <summary>Sends a command until it is acknowledged or refused, to one node after the other.</summary>
    /// <param name="rollout">Id of the rollout.</param>
    /// <param name="verb">The command.</param>
    /// <param name="patience">Time limit; after it the status is 0: unknown.</param>
    /// <param name="to">The only node to use; null for all in turn.</param>
    public Task<Entry.Commanded> Do(string rollout, string verb, TimeSpan? patience = null, Node? to = null)
    {
        var now = recorder.Now;
        return Again(new Entry.Commanded(
            now, now, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), rollout, verb, "", 0, null, null, 0), patience, to);
    }

    /// <summary>Sends it once.</summary>
    public async Task<Entry.Commanded> Once(string rollout, string verb, TimeSpan patience, Node? to = null)
    {
        var now = recorder.Now;
        var command = new Entry.Commanded(
            now, now, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), rollout, verb, "", 0, null, null, 0);
        var said = await Try(command, to ?? Next(), patience);
        recorder.Note(said);
        return said;
    }

    /// <summary>Sends it again under the same id, until it is acknowledged or refused.</summary>
    public async Task<Entry.Commanded> Again(Entry.Commanded said, TimeSpan? patience = null, Node? to = null)
    {
        var end = recorder.Now + (patience ?? TimeSpan.FromSeconds(60)).TotalSeconds;
        while (true)
        {
            said = await Try(said, to ?? Next(), Patience);
            if (said.Status is >= 200 and < 500 and not 429 || recorder.Now >= end)
            {
                recorder.Note(said);
                return said;
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Sends it and fails unless it is acknowledged.</summary>
    public async Task<Entry.Commanded> Must(string rollout, string verb, TimeSpan? patience = null, Node? to = null)
    {
        var said = await Do(rollout, verb, patience, to);
        return said.Acknowledged ? said : throw new ScenarioFailedException($"{verb} of {rollout} was answered with {said.Status} {said.Code} by {said.Node} after {said.Tries} tries");
    }

    public async Task Put(string path, string text, string type, params int[] statuses)
    {
        using var content = new StringContent(text, Encoding.UTF8, type);
        using var answer = await _http.PutAsync(new Uri(Next().Address, path), content);
        await Expect(answer, path, statuses);
    }

    public async Task Post(string path, object body, Node? to = null)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri((to ?? Next()).Address, path), body);
        await Expect(answer, path, 200, 201, 202);
    }

    public async Task<JsonElement> Get(Node node, string path, TimeSpan? patience = null)
    {
        using var stop = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(15));
        return JsonDocument.Parse(await _http.GetStringAsync(new Uri(node.Address, path), stop.Token)).RootElement;
    }

    /// <summary>Asks a node a question that is posted.</summary>
    public async Task<JsonElement> Ask(Node node, string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(node.Address, path), body);
        await Expect(answer, path, 200);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<string> Lines(Node node, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path)) { Headers = { { "Accept", "application/x-ndjson" } } };
        using var answer = await _http.SendAsync(request);
        await Expect(answer, path, 200);
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task<bool> Ready(Node node)
    {
        try
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var answer = await _http.GetAsync(new Uri(node.Address, "/health/ready"), stop.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private Node Next()
    {
        var all = nodes();
        return all[Interlocked.Increment(ref _turn) % all.Count];
    }

    private async Task<Entry.Commanded> Try(Entry.Commanded command, Node node, TimeSpan patience)
    {
        using var stop = new CancellationTokenSource(patience);
        var process = node.Process;
        var (status, code, version) = (0, (string?)null, (long?)null);
        try
        {
            var path = command.Verb == "create" ? "/api/v1/rollouts" : $"/api/v1/rollouts/{command.Rollout}/{command.Verb}";
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, path))
            {
                Content = JsonContent.Create<object>(command.Verb switch
                {
                    "create" => new { id = command.Rollout, plan = command.Rollout, environment = "production" },
                    "start" => new { },
                    _ => new { reason = "as the scenario says" },
                }),
                Headers = { { "Idempotency-Key", command.Id }, { "traceparent", $"00-{command.Id}-{command.Id[..16]}-01" } },
            };
            using var answer = await _http.SendAsync(request, stop.Token);
            status = (int)answer.StatusCode;
            using var body =
                await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(stop.Token), cancellationToken: stop.Token);
            version = body.RootElement.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number
                ? number.GetInt64()
                : null;
            code = body.RootElement.TryGetProperty("code", out var text) ? text.GetString() : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            code ??= e.GetType().Name;
        }

        return command with
        {
            T = recorder.Now,
            Node = process,
            Status = status,
            Code = code,
            Version = version,
            Tries = command.Tries + 1
        };
    }

    private static async Task Expect(HttpResponseMessage answer, string path, params int[] statuses)
    {
        if (!statuses.Contains((int)answer.StatusCode))
        {
            throw new ScenarioFailedException($"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}

/// <summary>A scenario did not go as promised.</summary>
internal sealed class ScenarioFailedException(string message) : Exception(message);
