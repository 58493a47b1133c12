using Orchestrator.Grains.Notifications.Channels;

namespace Orchestrator.Silo.Tests.Notifications;

/// <summary>
/// Reasons that people and plans write, as Slack, Mattermost and Rocket.Chat show them. ^ stands for the character of no width.
/// </summary>
public sealed class ChatTextTests
{
    [Theory]
    [InlineData("carts < 3 & falling: 5%", "carts &lt; 3 &amp; falling: 5%")]
    [InlineData("@all @here @channel", "@^all @^here @^channel")]
    [InlineData("<!channel> <@U1> <https://evil.example|here>", "&lt;!channel&gt; &lt;@^U1&gt; &lt;https:^//evil.example|here&gt;")]
    [InlineData("[log in](https://evil.example)", "[log in]^(https:^//evil.example)")]
    [InlineData("![x](//evil.example/beacon.png)", "![x]^(//evil.example/beacon.png)")]
    [InlineData("[a]: https://evil.example", "[a]^: https:^//evil.example")]
    [InlineData("www.evil.example WWW.evil.example", "www.^evil.example WWW.^evil.example")]
    [InlineData("someone@example.com", "someone@^example.com")]
    [InlineData("# big\n~town-square :tada:", "#^ big\n~^town-square :^tada:")]
    public void Text_makes_no_link_picture_or_mention(string text, string shown) =>
        Assert.Equal(shown.Replace('^', '\u2060'), ChatText.Escape(text));

    [Fact]
    public void Own_address_stays_a_link() => Assert.Equal("https://o.example/rollouts/r1?a=1&amp;b=2", ChatText.Entities("https://o.example/rollouts/r1?a=1&b=2"));
}
