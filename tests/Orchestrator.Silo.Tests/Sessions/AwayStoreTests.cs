using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Dashboard.Sessions;

namespace Orchestrator.Silo.Tests.Sessions;

/// <summary>A request asks the memory of its node, whatever the store does.</summary>
public sealed class AwayStoreTests
{
    [Fact]
    public async Task Hanging_store_keeps_no_session_from_its_pages_and_no_sign_out_from_its_node()
    {
        var store = new Store();
        await using var host = await SiloHost.StartWith(services => services.AddSingleton<ISessionStore>(store));
        await Eventually.Until("the node knows the ended sessions", () => host.Services.GetRequiredService<EndedSessions>().AreKnown);
        using var browser = await Browser.SignedIn(host);
        using var copy = browser.Copy(host);
        store.Hangs = true;
        using var page = await browser.Get("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var another = await Browser.SignedIn(host);
        await another.Get("/api/v1/node").Json();
        using var answer = await browser.SignOut(host);
        Assert.Equal("/sign-in?why=out-here&return=%2F", answer.Headers.Location?.OriginalString);
        Assert.Equal("access.session_over", await copy.Get("/api/v1/node").Problem(401));
        Assert.Null(store.Text);
        store.Hangs = false;
        await Eventually.Until("the sign-out is in the store", () => store.Text is not null);
        Assert.Equal("access.session_over", await copy.Get("/api/v1/node").Problem(401));
        await another.Get("/api/v1/node").Json();
    }

    [Fact]
    public async Task Node_starts_while_the_store_hangs_and_takes_cookies_once_it_answers()
    {
        var store = new Store();
        await using var host = await SiloHost.StartWith(services => services.AddSingleton<ISessionStore>(store));
        using var browser = await Browser.SignedIn(host);
        store.Hangs = true;
        await host.Restart();
        await host.Admin.GetAsync("/api/v1/node").Json();
        using var after = browser.Copy(host);
        Assert.Equal("node.catching_up", await after.Get("/api/v1/node").Problem(503));
        using var page = await after.Get("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("""<meta http-equiv="refresh" content="1">""", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        store.Hangs = false;
        await Eventually.Until("the cookie is taken", async () =>
        {
            using var seen = await after.Get("/");
            return seen.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Unreadable_list_ends_the_sessions_so_far()
    {
        var store = new Store { Text = "{\"of\":\"another program\"}" };
        await using var host = await SiloHost.StartWith(services => services.AddSingleton<ISessionStore>(store));
        await Eventually.Until("the list is mended", () => EndedList.Read(store.Text) is not null);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        using var browser = await Browser.SignedIn(host);
        await browser.Get("/api/v1/node").Json();
        store.Text = "[null]";
        await Eventually.Until("the session is over", async () =>
        {
            using var seen = await browser.Get("/api/v1/node");
            return seen.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    /// <summary>A store that hangs while the test says so.</summary>
    private sealed class Store : ISessionStore
    {
        private volatile string? _text;
        private volatile bool _hangs;

        public string? Text { get => _text; set => _text = value; }

        public bool Hangs { set => _hangs = value; }

        public async Task<string?> Get(string key, CancellationToken stop)
        {
            await Answer(stop);
            return _text;
        }

        public async Task<string> Keep(string key, string? known, string text, CancellationToken stop)
        {
            await Answer(stop);
            return _text == known ? _text = text : _text!;
        }

        private async Task Answer(CancellationToken stop)
        {
            if (_hangs)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
        }
    }
}
