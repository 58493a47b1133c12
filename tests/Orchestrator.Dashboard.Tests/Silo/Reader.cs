using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Silo;

/// <summary>
/// A person without a browser: pages by HTTP, parsed; forms sent with what the page put into them. A key opens pages too.
/// </summary>
internal sealed class Reader : IDisposable
{
    private readonly HttpClient _http;

    private Reader(HttpClient http) => _http = http;

    /// <summary>A reader with a new key of a role.</summary>
    public static async Task<Reader> Of(SiloHost silo, string role, string? environment = null) =>
        With(silo, role == "admin" ? SiloHost.AdminKey : (await silo.NewKey(role, environment)).Text);

    /// <summary>A reader with a key.</summary>
    public static Reader With(SiloHost silo, string key)
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = silo.Address,
            Timeout = SiloHost.Patience,
        };
        http.DefaultRequestHeaders.Add("X-API-Key", key);
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        return new Reader(http);
    }

    /// <summary>A page.</summary>
    public async Task<Leaf> Open(string path)
    {
        using var answer = await _http.GetAsync(path);
        return await Leaf.Of(answer);
    }

    /// <summary>Sends the form of a page that has the button, with its own hidden fields; follows no redirect.</summary>
    /// <param name="page">The page.</param>
    /// <param name="button">Text of the button.</param>
    /// <param name="fields">What the person types or ticks; null takes a ticked field out.</param>
    public async Task<Leaf> Send(Leaf page, string button, params (string Name, string? Value)[] fields)
    {
        var form = page.Document.Forms.OfType<IHtmlFormElement>().Single(one =>
            one.QuerySelectorAll("button").Any(each => each.TextContent.Trim() == button));
        var values = form.Elements.OfType<IHtmlInputElement>()
            .Where(input => input.Name is not null && (input.Type is not ("checkbox" or "radio") || input.IsChecked))
            .Select(input => (Name: input.Name!, Value: (string?)input.Value))
            .Concat(form.Elements.OfType<IHtmlTextAreaElement>().Select(area => (area.Name!, (string?)area.Value)))
            .Where(value => fields.All(field => field.Name != value.Item1))
            .Concat(fields.Where(field => field.Value is not null))
            .Select(value => KeyValuePair.Create(value.Item1, value.Item2!));
        var address = form.GetAttribute("action") is { Length: > 0 } action ? action : page.Path;
        using var answer = await _http.PostAsync(address, new FormUrlEncodedContent(values));
        return await Leaf.Of(answer);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A page as it came.</summary>
internal sealed record Leaf(HttpStatusCode Status, string Path, string? Location, string Html, IHtmlDocument Document)
{
    /// <summary>Text of the page without markup, spaces folded.</summary>
    public string Text => Folded(Document.Body?.TextContent);

    /// <summary>The sentence under the heading.</summary>
    public string Lead => Folded(Document.QuerySelector(".lead")?.TextContent);

    /// <summary>Texts of the buttons and links that look like buttons.</summary>
    public IEnumerable<string> Buttons => Document.QuerySelectorAll("button, a.btn").Select(one => one.TextContent.Trim());

    public static async Task<Leaf> Of(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync();
        return new Leaf(
            answer.StatusCode, answer.RequestMessage!.RequestUri!.PathAndQuery, answer.Headers.Location?.ToString(), html,
            new HtmlParser().ParseDocument(html));
    }

    private static string Folded(string? text) =>
        string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
