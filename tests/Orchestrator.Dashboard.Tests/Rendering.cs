using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests;

/// <summary>Components as HTML, without a server and a browser.</summary>
internal static class Rendering
{
    /// <summary>Present moment of the tests: 02:12:40 UTC, 03:12:40 in Berlin.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 2, 12, 40, TimeSpan.Zero);

    public static Viewer Berlin { get; } = Viewer.Read("Europe/Berlin", null, null, Now);

    public static async Task<string> Html<T>(Viewer viewer, params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        RenderFragment content = builder =>
        {
            builder.OpenComponent<T>(0);
            builder.AddMultipleAttributes(1, parameters.Select(one => new KeyValuePair<string, object>(one.Name, one.Value!)));
            builder.CloseComponent();
        };
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<CascadingValue<Viewer>>(
            ParameterView.FromDictionary(new Dictionary<string, object?> { ["Value"] = viewer, ["ChildContent"] = content }))).ToHtmlString());
    }

    public static async Task<IDocument> Page<T>(params (string Name, object? Value)[] parameters)
        where T : IComponent => await new HtmlParser().ParseDocumentAsync(await Html<T>(Berlin, parameters));

    /// <summary>Attribute of the one element that fits.</summary>
    public static string Of(this IParentNode page, string selector, string attribute) => page.Only(selector).GetAttribute(attribute)!;

    public static IElement Only(this IParentNode page, string selector) => Assert.Single(page.QuerySelectorAll(selector));

    /// <summary>Text without doubled spaces.</summary>
    public static string Words(this INode node) =>
        string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
