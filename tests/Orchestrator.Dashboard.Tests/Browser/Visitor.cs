using Microsoft.Playwright;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>A person with a browser: signed in by a key, and every complaint of the browser kept.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    private Visitor(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors of the console, violations of the policy, and requests to other origins.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_complaints)
            {
                return [.. _complaints];
            }
        }
    }

    /// <summary>A browser that is not signed in.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="origin">Address of the silo.</param>
    /// <param name="width">Width of the screen.</param>
    /// <param name="dark">True for a dark system.</param>
    /// <param name="script">False for a browser without JavaScript.</param>
    public static async Task<Visitor> Arrive(ChromiumFixture chromium, Uri origin, int width = 1280, bool dark = false, bool script = true)
    {
        var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 844 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        });
        context.SetDefaultTimeout((float)SiloHost.Patience.TotalMilliseconds);
        var page = await context.NewPageAsync();
        var visitor = new Visitor(context, page);
        page.Console += (_, message) => visitor.Note(message.Type is "error" or "warning" ? $"{message.Type}: {message.Text}" : null);
        page.PageError += (_, error) => visitor.Note($"error: {error}");
        page.Request += (_, request) => visitor.Note(new Uri(request.Url).Authority == origin.Authority ? null : $"foreign request: {request.Url}");
        return visitor;
    }

    /// <summary>Signs in by the form, as a person does.</summary>
    public async Task<Visitor> SignIn(string key, string path = "/")
    {
        await Page.GotoAsync(path);
        await Page.GetByLabel("API key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Page.Locator("#fresh").WaitForAsync();
        return this;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Note(string? text)
    {
        if (text is not null)
        {
            lock (_complaints)
            {
                _complaints.Add(text);
            }
        }
    }
}
