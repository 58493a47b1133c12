using Microsoft.Playwright;
using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Live;

/// <summary>The script in a real browser, on a page whose content the test changes.</summary>
public sealed class LiveScriptTests : IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IBrowserContext _context = null!;
    private LiveServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LiveServer.Start();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        _context = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 }, TimezoneId = "Europe/Berlin" });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Event_changes_the_page_and_keeps_what_the_reader_does()
    {
        const string rest = "<details id=\"d\"><summary>More</summary>text</details><input id=\"reason\" value=\"as sent\"><textarea id=\"why\">as sent</textarea>";
        _server.Main = "<p class=\"lead\">25 %</p>" + rest;
        var page = await Open();
        await page.EvaluateAsync("document.querySelector('.lead').mine = true; document.querySelector('#d').open = true");
        await page.FillAsync("#why", "half-writ");
        await page.FillAsync("#reason", "also half");
        await page.EvaluateAsync("document.querySelector('#reason').setSelectionRange(2, 4)");

        _server.Main = "<p>new above</p><p class=\"lead\">50 %</p>" + rest.Replace("as sent", "sent again", StringComparison.Ordinal);
        _server.Happen();

        await Until(page, "document.querySelector('.lead').textContent === '50 %'");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#d').open && document.activeElement.id === 'reason'"));
        Assert.Equal("also half|half-writ|2|4", await page.EvaluateAsync<string>(
            "[reason.value, why.value, reason.selectionStart, reason.selectionEnd].join('|')"));
        Assert.Equal("Page 101", await page.TitleAsync());
        await Until(page, "fresh.textContent === 'Live, now · position 101'");
    }

    [Fact]
    public async Task Row_with_a_key_stays_the_same_element_when_it_moves()
    {
        _server.Main = "<ul><li data-key=\"a\">a</li><li data-key=\"b\"><input id=\"b\"></li></ul>";
        var page = await Open();
        await page.FillAsync("#b", "typed");

        _server.Main = "<ul><li data-key=\"c\">c</li><li data-key=\"b\"><input id=\"b\"></li><li data-key=\"a\">a2</li></ul>";
        _server.Happen();

        await Until(page, "document.querySelectorAll('li').length === 3");
        Assert.Equal("c|typed|a2", await page.EvaluateAsync<string>("[...document.querySelectorAll('li')].map(li => li.textContent || b.value).join('|')"));
        Assert.Equal("b", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Tabs_share_one_stream_and_the_next_takes_over()
    {
        var first = await Open();
        var second = await Open();
        var third = await Open();
        Assert.Equal(1, _server.Streams);

        _server.Main = "<h1>Second</h1>";
        _server.Happen();
        await third.BringToFrontAsync();
        await Until(third, "document.querySelector('h1').textContent === 'Second'");
        Assert.Equal(1, _server.Opened);

        await first.CloseAsync();
        await Eventually.Until("the next tab follows", () => _server.Opened == 2 && _server.Streams == 1);
        _server.Main = "<h1>Third</h1>";
        _server.Happen();
        await Until(third, "document.querySelector('h1').textContent === 'Third'");
        await second.CloseAsync();
    }

    [Fact]
    public async Task Without_locks_tabs_out_of_sight_close_their_stream()
    {
        await _context.AddInitScriptAsync("""
            Object.defineProperty(navigator, 'locks', { value: undefined });
            Object.defineProperty(document, 'hidden', { get: () => !!window.away });
            window.turn = away => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); };
            """);
        var first = await Open();
        Assert.Equal(1, _server.Streams);
        await first.EvaluateAsync("turn(true)");
        await Eventually.Until("the tab out of sight has no stream", () => _server.Streams == 0);
        var second = await Open();
        Assert.Equal(1, _server.Streams);

        _server.Main = "<h1>Second</h1>";
        _server.Happen();
        await Until(second, "document.querySelector('h1').textContent === 'Second'");
        Assert.Equal("Page", await first.EvaluateAsync<string>("document.querySelector('h1').textContent"));

        // The other tab sends it the news, and it loads when it becomes visible.
        await second.EvaluateAsync("turn(true)");
        await first.EvaluateAsync("turn(false)");
        await Until(first, "document.querySelector('h1').textContent === 'Second' && !document.documentElement.matches('.is-lost-page')");
        await Eventually.Until("only the tab in sight has a stream", () => _server.Streams == 1);
    }

    [Fact]
    public async Task Half_written_text_stays_where_the_new_page_has_no_form_for_it()
    {
        const string form = "<form id=\"f\"><textarea id=\"reason\"></textarea></form>", other = "<form id=\"g\"><textarea></textarea></form>";
        _server.Main = "<h1>Pause</h1>" + form + other;
        var page = await Open();
        await page.FillAsync("#reason", "half a sent");

        _server.Main = "<h1>Pause</h1><p id=\"not\">Not now: it is rolled back.</p>";
        _server.Happen();
        await page.WaitForSelectorAsync("#not");
        Assert.Equal("half a sent", await page.InputValueAsync("#reason"));
        Assert.Equal("reason", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.Null(await page.QuerySelectorAsync("#g"));

        _server.Main = "<h1>Pause</h1>" + form;
        _server.Happen();
        await Until(page, "!document.querySelector('#not')");
        Assert.Equal("half a sent", await page.InputValueAsync("#reason"));
        Assert.Equal(1, await page.Locator("form").CountAsync());
    }

    [Fact]
    public async Task Page_whose_fetch_is_never_answered_is_fetched_again()
    {
        var page = await _context.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(_server.Address);
        await Until(page, "fresh.textContent.startsWith('Live, ')");
        await Eventually.Until("a stream is open", () => _server.Streams > 0);
        var held = new TaskCompletionSource();
        await page.RouteAsync(
            url => new Uri(url).AbsolutePath == "/", route => held.TrySetResult() ? Task.CompletedTask : route.ContinueAsync());
        _server.Main = "<h1>News</h1>";
        _server.Happen();
        await held.Task.WaitAsync(TimeSpan.FromSeconds(60));

        await page.Clock.FastForwardAsync(21_000);
        _server.Happen();
        await Until(page, "document.querySelector('h1').textContent === 'News'");
    }

    [Fact]
    public async Task Ages_in_a_view_of_the_past_are_those_of_its_moment()
    {
        const string age = "<span><span data-ago=\"2026-11-24T02:10:40Z\">7 s ago</span></span>";
        _server.Main = $"<div id=\"now\">{age}</div><section class=\"past-frame\">{age}</section>";
        var page = await Open();

        await Until(page, "now.textContent === '2 min ago'");
        Assert.Equal("7 s ago", await page.EvaluateAsync<string>("document.querySelector('.past-frame').textContent"));
    }

    [Fact]
    public async Task New_rows_wait_behind_a_button_when_the_reader_has_scrolled()
    {
        static string List(int newest) => "<ol data-news>" + string.Concat(
            Enumerable.Range(0, 100).Select(i => $"<li data-key=\"e{newest - i}\">event {newest - i}</li>")) + "</ol>";
        _server.Main = List(100);
        var page = await Open();
        await page.EvaluateAsync("scrollTo(0, 900)");

        _server.Main = List(103);
        _server.Happen();

        await Until(page, "document.querySelector('.news')?.textContent === '3 new events, show'");
        Assert.Equal("event 100", await page.EvaluateAsync<string>("document.querySelector('li').textContent"));
        await page.ClickAsync(".news");
        await Until(page, "document.querySelector('li').textContent === 'event 103' && !document.querySelector('.news')");
    }

    [Fact]
    public async Task Changed_verdict_is_spoken_and_a_ticking_number_is_not()
    {
        _server.Main = "<p id=\"n\">1</p><span data-say=\"error rate: met\">met</span>";
        var page = await Open();

        _server.Main = "<p id=\"n\">2</p><span data-say=\"error rate: met\">met</span>";
        _server.Happen();
        await Until(page, "n.textContent === '2'");
        Assert.Equal("", await page.EvaluateAsync<string>("spoken.textContent"));

        _server.Main = "<p id=\"n\">3</p><span data-say=\"error rate: breached\">breached</span>";
        _server.Strips = "<div class=\"strip is-incident\" data-live-part=\"incident\">Rolled back: chat-prod.</div>";
        _server.Happen();
        await Until(page, "spoken.textContent === 'Rolled back: chat-prod., and 1 more' || spoken.textContent === 'error rate: breached, and 1 more'");
    }

    [Fact]
    public async Task Lost_connection_frames_the_page_until_it_is_back()
    {
        var page = await Open();
        _server.Answers = false;
        _server.Cut();

        await Until(page, "document.documentElement.classList.contains('is-lost-page')");
        Assert.Matches(
            "^Lost the connection \\d+ s ago, trying again. What you see is from 03:12:40.$", await page.EvaluateAsync<string>("fresh.textContent"));

        _server.Main = "<h1>Back</h1>";
        _server.Happen();
        _server.Answers = true;
        await Until(page, "document.querySelector('h1').textContent === 'Back' && !document.documentElement.classList.contains('is-lost-page')");
    }

    [Fact]
    public async Task Refused_form_is_not_fetched_away()
    {
        _server.Main = "<div class=\"errors\" data-hold>Reason is required.</div><input id=\"reason\" value=\"typed\">";
        var page = await Open();

        _server.Main = "<input id=\"reason\" value=\"\">";
        _server.Happen();

        await Until(page, "fresh.dataset.position === '101'");
        Assert.Equal("typed", await page.InputValueAsync("#reason"));
    }

    [Fact]
    public async Task Problem_of_a_read_goes_with_the_next_read_that_succeeds()
    {
        _server.Main = "<div class=\"errors\">The silo did not answer.</div>";
        var page = await Open();

        _server.Main = "<p id=\"read\">0.41 %</p>";
        _server.Happen();

        await page.WaitForSelectorAsync("#read");
        Assert.Null(await page.QuerySelectorAsync(".errors"));
    }

    [Fact]
    public async Task Cross_hair_says_the_row_of_the_table()
    {
        var to = Rendering.Now;
        Point[] points = [new(to.AddMinutes(-60), 0.1, 9), new(to.AddMinutes(-30), 0.41, 412), new(to, 0.69, 500)];
        var chart = new Chart("Error rate", to.AddHours(-1), to, [new("new", SeriesKind.New, points)]) { Unit = "%" };
        _server.Main = await Rendering.Html<LineChart>(Rendering.Berlin, ("Id", "c1"), ("Data", chart));
        var page = await Open();
        await page.FocusAsync(".plot");

        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");

        Assert.Equal("02:42:40: new 0.41 %, 412 samples", await page.EvaluateAsync<string>("document.querySelector('.reads').textContent"));
        Assert.Equal("50%", await page.GetAttributeAsync(".cross", "x1"));
        _server.Happen();
        await Until(page, "fresh.dataset.position === '101'");
        Assert.Equal("visible", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.cross')).visibility"));
        var plot = (await page.QuerySelectorAsync(".plot"))!;
        var box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width - 75, box.Y + 60);
        Assert.StartsWith("03:12:40: new 0.69 %", await page.EvaluateAsync<string>("document.querySelector('.reads').textContent"));
    }

    [Theory]
    [InlineData("g,i", "/incidents")]
    [InlineData("g,o", "/")]
    [InlineData("r", "/rollouts/chat/rollback")]
    [InlineData("?", "/preferences#keys")]
    public async Task Keys_lead_to_pages(string keys, string path)
    {
        _server.Main = "<a href=\"/rollouts/chat/rollback\">Roll back…</a><form method=\"post\"><button id=\"b\">Act</button></form>";
        var page = await Open("/somewhere");
        foreach (var key in keys.Split(','))
        {
            await page.Keyboard.PressAsync(key);
        }

        await Until(page, $"location.pathname + location.hash === '{path}'");
        Assert.Empty(_server.Posted);
    }

    [Fact]
    public async Task Keys_are_letters_in_a_field_and_can_be_switched_off()
    {
        _server.Main = "<a href=\"/rollouts/chat/rollback\">Roll back…</a><input id=\"t\"><input type=\"search\" id=\"s\">";
        var page = await Open();
        await page.Keyboard.PressAsync("/");
        Assert.Equal("s", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.FocusAsync("#t");
        await page.Keyboard.TypeAsync("rg?/");
        Assert.Equal("rg?/", await page.InputValueAsync("#t"));

        _server.Root = "data-keys=\"off\"";
        page = await Open();
        await page.Keyboard.PressAsync("r");
        await page.Keyboard.PressAsync("?");
        Assert.Equal(_server.Address + "/", page.Url);
    }

    [Fact]
    public async Task Editor_is_checked_after_the_last_key_and_keeps_its_text()
    {
        const string form = "<form method=\"post\"><div class=\"editor\"><pre>1</pre><textarea name=\"text\" data-check>a: 1</textarea></div><button name=\"act\" value=\"check\" data-check>Check</button></form>";
        _server.Main = form;
        var page = await Open();
        _server.Main = "<p id=\"said\">1 error</p>" + form;

        await page.FillAsync("textarea", "a: 1\nb: 2");

        await Until(page, "document.querySelector('#said')");
        Assert.Equal("text=a%3A+1%0Ab%3A+2&act=check", Assert.Single(_server.Posted));
        Assert.Equal("a: 1\nb: 2", await page.InputValueAsync("textarea"));
        Assert.Equal("1\n2", await page.EvaluateAsync<string>("document.querySelector('.editor pre').textContent"));
    }

    [Fact]
    public async Task Slider_shows_the_page_of_its_version()
    {
        _server.Main = "<form method=\"get\"><input type=\"range\" name=\"version\" min=\"1\" max=\"93\" value=\"50\" data-slider></form><p id=\"v\">{query}</p>";
        var page = await Open();
        await page.FocusAsync("[data-slider]");

        await page.Keyboard.PressAsync("ArrowLeft");
        await Until(page, "v.textContent === '?version=49'");
        await page.Keyboard.PressAsync("PageUp");
        await Until(page, "v.textContent === '?version=59' && location.search === '?version=59'");
    }

    [Fact]
    public async Task Zone_of_the_browser_becomes_a_cookie_once()
    {
        var page = await Open();
        await Until(page, "document.cookie.includes('orchestrator-zone=Europe/Berlin')");

        await page.EvaluateAsync("document.cookie = 'orchestrator-zone=UTC;path=/'");
        page = await Open();
        Assert.Equal("orchestrator-zone=UTC", await page.EvaluateAsync<string>("document.cookie"));
    }

    /// <summary>Opens the page, with its stream; a violation of the policy or an error in the script fails the test.</summary>
    private async Task<IPage> Open(string path = "/")
    {
        var page = await _context.NewPageAsync();
        page.PageError += (_, error) => Assert.Fail(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("503", StringComparison.Ordinal))
            {
                Assert.Fail(message.Text);
            }
        };
        await page.GotoAsync(_server.Address + path);
        await Eventually.Until("a stream is open", () => _server.Streams > 0);
        await Until(page, "fresh.textContent.startsWith('Live, ')");
        return page;
    }

    private static Task Until(IPage page, string condition) => page.WaitForFunctionAsync($"() => !!({condition})");
}
