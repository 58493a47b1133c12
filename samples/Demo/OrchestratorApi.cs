using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>The orchestrator's HTTP API as people and scripts use it.</summary>
internal sealed class OrchestratorApi(HttpClient http, Uri address, string adminKey)
{
    public Uri Address => address;

    public async Task<string> NewKeyAsync(string name, string role, CancellationToken stop) =>
        RolloutView.Text(await SendAsync(adminKey, HttpMethod.Post, "api/v1/keys", JsonContent.Create(new { name, role }), stop), "key");

    public Task PutPlanAsync(string key, string name, string yaml, CancellationToken stop) =>
        SendAsync(key, HttpMethod.Put, $"api/v1/plans/{name}", new StringContent(yaml, Encoding.UTF8, "application/yaml"), stop);

    public Task CreateRolloutAsync(string key, string id, string plan, string environment, CancellationToken stop) =>
        SendAsync(key, HttpMethod.Post, "api/v1/rollouts", JsonContent.Create(new { id, plan, environment }), stop);

    public Task AddMembersAsync(string key, string environment, string segment, string[] add, CancellationToken stop) =>
        SendAsync(key, HttpMethod.Post, $"api/v1/segments/{environment}/{segment}/members", JsonContent.Create(new { add }), stop);

    public Task VerbAsync(string key, string id, string verb, object? body, CancellationToken stop) =>
        SendAsync(key, HttpMethod.Post, $"api/v1/rollouts/{id}/{verb}", JsonContent.Create(body ?? new { }), stop);

    public async Task<RolloutView> RolloutAsync(string key, string id, CancellationToken stop) =>
        new(await SendAsync(key, HttpMethod.Get, $"api/v1/rollouts/{id}", null, stop));

    public async Task<IncidentView> IncidentAsync(string key, string id, CancellationToken stop) =>
        new(await SendAsync(key, HttpMethod.Get, $"api/v1/incidents/{id}", null, stop));

    private async Task<JsonElement> SendAsync(string key, HttpMethod method, string path, HttpContent? content, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        request.Headers.Add("X-API-Key", key);
        using var response = await http.SendAsync(request, stop);
        var answer = await response.Content.ReadAsStringAsync(stop);
        if (!response.IsSuccessStatusCode)
        {
            throw new RefusedException((int)response.StatusCode, $"{method} /{path} answered {(int)response.StatusCode}: {answer}");
        }

        return answer.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answer);
    }
}

/// <summary>The orchestrator said no.</summary>
internal sealed class RefusedException(int status, string message) : Exception(message)
{
    public int Status => status;
}
