using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Help of every verb.</summary>
public sealed partial class HelpTests
{
    public static TheoryData<string> Leaves =>
    [
        .. All(RolloutCommandLine.Root(), []).Where(one => one.Command.Subcommands.Count == 0).Select(one => string.Join(' ', one.Path)),
    ];

    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task Verb_has_a_description_and_examples_that_parse(string path)
    {
        var words = path.Split(' ');
        var verb = Assert.IsType<Verb>(All(RolloutCommandLine.Root(), []).Single(one => one.Path.SequenceEqual(words)).Command);
        Assert.False(string.IsNullOrWhiteSpace(verb.Description));
        Assert.NotEmpty(verb.Examples);
        foreach (var example in verb.Examples)
        {
            Assert.StartsWith("rollout " + path, example, StringComparison.Ordinal);
            var line = example.Split(" > ")[0].Split(" | ")[0]["rollout ".Length..];
            string[] typed = [.. Words().Matches(line).Select(word => word.Value.Replace("'", "", StringComparison.Ordinal))];
            Assert.Empty(RolloutCommandLine.Root().Parse(typed).Errors);
        }

        var help = await new Shell().Good([.. words, "--help"]);
        Assert.Contains("Examples:", help.Out, StringComparison.Ordinal);
        Assert.All(verb.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
        Assert.All(verb.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), argument.Name));
    }

    [Fact]
    public async Task Help_asks_no_server()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var shell = new Shell(new Uri($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}"), "k");
        foreach (var (path, _) in All(RolloutCommandLine.Root(), []).Prepend(([], RolloutCommandLine.Root())))
        {
            await shell.Good([.. path, "--help"]);
            Assert.False(server.Pending(), $"rollout {string.Join(' ', path)} --help asked the server.");
        }
    }

    /// <summary>Words as a shell splits them: single quotes hold one together.</summary>
    [GeneratedRegex(@"(?:'[^']*'|[^\s'])+")]
    private static partial Regex Words();

    private static IEnumerable<(string[] Path, Command Command)> All(Command command, string[] path) =>
        command.Subcommands.SelectMany(sub => All(sub, [.. path, sub.Name]).Prepend(([.. path, sub.Name], sub)));
}
