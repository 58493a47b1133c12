using System.Net;
using System.Text.RegularExpressions;

namespace Orchestrator.Cli.Tests.Servers;

/// <summary>The pages of the issuer on which a person confirms the code of another device.</summary>
internal static partial class DevicePage
{
    public static Task Approve(Uri page) => Answer(page, "confirm", "Sign-in Success");

    public static Task Deny(Uri page) => Answer(page, "abort", "The Sign-in request was interrupted");

    private static async Task Answer(Uri page, string button, string expected)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });
        var asked = await browser.GetStringAsync(page);
        var (secret, code) = (Secret().Match(asked).Groups[1].Value, Code().Match(asked).Groups[1].Value);
        await Send(new() { ["xsrf"] = secret, ["user_code"] = code });
        var last = await Send(new() { ["xsrf"] = secret, ["user_code"] = code, [button] = "yes" });
        Assert.Contains(expected, last, StringComparison.Ordinal);

        async Task<string> Send(Dictionary<string, string> form)
        {
            using var body = new FormUrlEncodedContent(form);
            using var answer = await browser.PostAsync(new Uri(page, page.AbsolutePath), body);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [GeneratedRegex("name=\"xsrf\" value=\"([^\"]+)\"")]
    private static partial Regex Secret();

    [GeneratedRegex("name=\"user_code\" value=\"([^\"]+)\"")]
    private static partial Regex Code();
}
