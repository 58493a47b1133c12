using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Orchestrator.Dashboard.Tests.Plans;

/// <summary>Pages and their forms, as a browser without script uses them. Redirects are followed.</summary>
internal static class PageForms
{
    /// <summary>A page that must have this status.</summary>
    public static async Task<IHtmlDocument> Page(this HttpClient client, string address, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return await Read(await client.SendAsync(request), status);
    }

    /// <summary>Posts a form of a page with its hidden values and these, to the address of the page.</summary>
    public static async Task<IHtmlDocument> Submit(
        this HttpClient client, string address, string form, Dictionary<string, string> values, HttpStatusCode status = HttpStatusCode.OK)
    {
        var page = await client.Page(address);
        var element = page.Forms.Single(one => one.QuerySelector($"input[name=_handler][value={form}]") is not null);
        foreach (var hidden in element.QuerySelectorAll("input[type=hidden]").Cast<IHtmlInputElement>())
        {
            values.TryAdd(hidden.Name!, hidden.Value);
        }

        return await client.Send(address, values, status);
    }

    /// <summary>Posts values as they are.</summary>
    public static async Task<IHtmlDocument> Send(
        this HttpClient client, string address, Dictionary<string, string> values, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(values) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return await Read(await client.SendAsync(request), status);
    }

    /// <summary>Text as a reader sees it: white space is one space.</summary>
    public static string Words(this AngleSharp.Dom.INode node) =>
        string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static async Task<IHtmlDocument> Read(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == status, $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri} answered {(int)response.StatusCode}, not {(int)status}: {text}");
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain(" style=", text, StringComparison.Ordinal);
            return await new HtmlParser().ParseDocumentAsync(text);
        }
    }
}
