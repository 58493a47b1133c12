using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Browser;

/// <summary>A real silo process that is killed or paused under open pages.</summary>
public sealed class LostSiloTests(ChromiumFixture chromium) : IDisposable
{
    private const string Key = SiloHost.AdminKey;
    private const string Framed = "document.documentElement.classList.contains('is-lost-page')";

    private readonly string _folder = Directory.CreateTempSubdirectory("silo-").FullName;
    private readonly string _urls = $"--urls=http://127.0.0.1:{FreePort()}";

    [Fact]
    public async Task Killed_silo_is_said_on_the_page_and_its_restart_needs_no_reload()
    {
        await using var killed = await Silo();
        using (var admin = killed.As(Key))
        {
            await Stories.Start(admin, "r1");
        }

        await using var visitor = await (await Visitor.Arrive(chromium, killed.Address)).SignIn(Key, "/rollouts/r1");
        var form = await Half(visitor, "/rollouts/r1/abort");
        await visitor.Page.EvaluateAsync("window.same = true");
        await killed.Kill();

        await Lost(visitor.Page);
        await Lost(form);
        Assert.Contains("running", await visitor.Page.Locator(".head").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("/rollouts/r1/rollback", await visitor.Page.Locator("main a.btn.is-danger").First.GetAttributeAsync("href"));

        await using var silo = await Silo();
        using var again = silo.As(Key);
        await Live(visitor.Page);
        Assert.False(await visitor.Page.EvaluateAsync<bool>(Framed));
        await Stories.RollBack(again, "r1", "after the restart");
        await Current(visitor.Page);
        Assert.True(await visitor.Page.EvaluateAsync<bool>("window.same === true"));

        // The form was made by the process that was killed: its text, its place and its token are of use to the next one.
        await Kept(form);
        await form.Locator("#confirm").FillAsync("r1");
        await form.GetByRole(AriaRole.Button, new() { Name = "Abort" }).ClickAsync();
        await form.WaitForURLAsync("**/rollouts/r1");
        var aborted = (await again.GetAsync("/api/v1/rollouts/r1/events?type=RolloutAborted").Json()).GetProperty("events");
        Assert.Equal("half a sentence", aborted[0].GetProperty("data").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Paused_silo_is_noticed_by_its_silence_and_goes_on()
    {
        await using var silo = await Silo();
        using var admin = silo.As(Key);
        await Stories.Start(admin, "r1");
        await using var visitor = await Visitor.Arrive(chromium, silo.Address);

        // Its twenty seconds of silence pass at once: the clock of the browser is the test's.
        await visitor.Page.Clock.InstallAsync();
        await visitor.SignIn(Key, "/rollouts/r1");
        var form = await Half(visitor, "/rollouts/r1/abort");
        await visitor.Page.EvaluateAsync("window.same = true");
        silo.Pause();
        try
        {
            await visitor.Page.Clock.FastForwardAsync(21_000);
            await Lost(visitor.Page);
            await Lost(form);
            Assert.Contains("running", await visitor.Page.Locator(".head").InnerTextAsync(), StringComparison.Ordinal);
        }
        finally
        {
            silo.Continue();
        }

        await Live(visitor.Page);
        await Stories.RollBack(admin, "r1", "after the pause");
        await Current(visitor.Page);
        Assert.True(await visitor.Page.EvaluateAsync<bool>("window.same === true"));
        await Kept(form);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<SiloProcess> Silo() => SiloProcess.Start(_folder, _urls, $"--ORCHESTRATOR_ADMIN_KEY={Key}");

    /// <summary>Below the ports that the system gives out: nothing takes it between two processes of the silo.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another process has it.
            }
        }
    }

    /// <summary>Another tab of the same person, with half a reason in it.</summary>
    private static async Task<IPage> Half(Visitor visitor, string path)
    {
        await Live(visitor.Page);
        var form = await visitor.Page.Context.NewPageAsync();
        await form.GotoAsync(path);
        await Live(form);
        await form.Locator("#reason").FillAsync("half a sent");
        return form;
    }

    private static async Task Kept(IPage form)
    {
        await form.BringToFrontAsync();
        await form.Locator(".strip.is-incident").WaitForAsync();
        Assert.Equal("reason", await form.EvaluateAsync<string>("document.activeElement.id"));
        await form.Keyboard.TypeAsync("ence");
        Assert.Equal("half a sentence", await form.Locator("#reason").InputValueAsync());
    }

    private static async Task Lost(IPage page)
    {
        await page.Locator("#fresh").Filter(new() { HasText = "Lost the connection" }).WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>(Framed));
        Assert.Matches(
            @"^Lost the connection \d+ s ago, trying again\. What you see is from \d\d:\d\d:\d\d\.$", await page.Locator("#fresh").InnerTextAsync());
    }

    /// <summary>The rollback is on the page, which is live.</summary>
    private static async Task Current(IPage page)
    {
        await page.BringToFrontAsync();
        await page.Locator(".head .pill").Filter(new() { HasText = "rolled back" }).WaitForAsync();
        await Live(page);
    }

    private static Task Live(IPage page) => page.Locator("#fresh").Filter(new() { HasText = "Live" }).WaitForAsync();
}
