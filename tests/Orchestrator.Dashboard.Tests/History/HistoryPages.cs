using System.Net.Http.Headers;
using System.Net.Http.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.History;

/// <summary>A silo with a rollout, and a reader of its pages who keeps cookies.</summary>
internal sealed class HistoryPages : IAsyncDisposable
{
    public const string Id = "chat-1";
    public const string Environment = "production";

    private const string Plan = """
        plan: chat
        title: Chat <b>new</b>
        flag: useNewChat
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true } ] }
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: error-rate-spike, when: error_rate > 0.5%, for: 5m, action: rollback }
        phases:
          - name: beta
            flags: { chatLogging: verbose }
            steps: [ { name: beta-users, percentage: 10%, segments: [beta], hold: 1h } ]
          - name: gradual
            steps: [ { name: all, percentage: 100%, hold: 1h } ]
        """;

    private readonly HttpClient _reader;

    private HistoryPages(SiloHost silo, string key)
    {
        Silo = silo;
        _reader = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = silo.Address, Timeout = SiloHost.Patience };
        _reader.DefaultRequestHeaders.Add("X-API-Key", key);
        _reader.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
    }

    public SiloHost Silo { get; }

    /// <summary>Created and not started.</summary>
    public static async Task<HistoryPages> Created()
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/chat", Answers.Text(Plan, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = Id, plan = "chat", environment = Environment }).Json(201);
        return new HistoryPages(silo, SiloHost.AdminKey);
    }

    /// <summary>Started.</summary>
    public static async Task<HistoryPages> Started()
    {
        var pages = await Created();
        pages.Silo.Time.Advance(TimeSpan.FromMinutes(1));
        await pages.Silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{Id}/start", new { }).Json();
        return pages;
    }

    /// <summary>Rolled back ten minutes after its start.</summary>
    public static async Task<HistoryPages> RolledBack(string reason = "it is <i>bad</i>")
    {
        var pages = await Started();
        pages.Silo.Time.Advance(TimeSpan.FromMinutes(10));
        await pages.Silo.Admin.PostAsJsonAsync($"/api/v1/rollouts/{Id}/rollback", new { reason }).Json();
        return pages;
    }

    public Task<HttpResponseMessage> Get(string address) => _reader.GetAsync(address);

    /// <summary>The page at the address.</summary>
    public async Task<IDocument> Page(string address, int status = 200)
    {
        using var response = await Get(address);
        return await Read(response, status);
    }

    /// <summary>Sends a form of a page as a browser does.</summary>
    public async Task<IDocument> Send(IElement form, IReadOnlyDictionary<string, string> typed, int status = 200)
    {
        var fields = form.QuerySelectorAll("input[name], textarea[name], select[name]")
            .Select(field => (Name: field.GetAttribute("name")!, Value: field.GetAttribute("value") ?? field.TextContent))
            .Where(field => !typed.ContainsKey(field.Name))
            .Concat(typed.Select(field => (Name: field.Key, field.Value)));
        using var body = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await _reader.PostAsync(form.GetAttribute("action"), body);
        return await Read(response, status);
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await Silo.DisposeAsync();
    }

    private static async Task<IDocument> Read(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}, not {status}: {text}");
        Assert.DoesNotContain(" style=", text, StringComparison.Ordinal);
        return await new HtmlParser().ParseDocumentAsync(text);
    }
}

/// <summary>Texts of a page as a reader sees them.</summary>
internal static class Seen
{
    public static string WordsOf(this IDocument page, string selector) => page.QuerySelector(selector)?.Words() ?? $"(no {selector})";

    public static string Words(this INode node) => string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
