using System.Net.Http.Headers;
using System.Text;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Ofrep;

/// <summary>The request of the load.</summary>
/// <param name="Flag">One flag; empty for all.</param>
/// <param name="Tag">Entity tag of the client; null for none.</param>
internal sealed record Asked(string Flag, string? Tag = null)
{
    /// <summary>Body for the one user whose answer is known.</summary>
    public const string Body = """{"context":{"targetingKey":"user-00000001-288103","internal":false,"group":"general","country":"SI"}}""";

    /// <summary>All flags, for a client that has the answer already.</summary>
    public static async Task<Asked> Again(ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", BenchSilo.EvaluationKey);
        using var body = new StringContent(Body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("ofrep/v1/evaluate/flags", UriKind.Relative), body);
        return new Asked("", answer.EnsureSuccessStatusCode().Headers.ETag!.ToString());
    }
}
