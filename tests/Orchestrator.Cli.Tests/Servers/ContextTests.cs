namespace Orchestrator.Cli.Tests.Servers;

/// <summary>Contexts in the configuration file.</summary>
public sealed class ContextTests : IDisposable
{
    private const string Key = "rok_0123456789abcdef";

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Contexts_are_set_listed_chosen_and_removed()
    {
        await _desk.Ends(0, "context", "set", "a", "--server", "https://a1.example", "--server", "https://a2.example", "-e", "production");
        await _desk.Ends(0, "context", "set", "b", "--server", "http://127.0.0.1:5080");
        Assert.Equal(0, (await _desk.Run(Key + "\r\nmore", "context", "set", "a", "--key-stdin")).Code);
        var list = (await _desk.Ends(0, "context", "list")).Out.ReplaceLineEndings("\n");
        Assert.Equal(
            """
            CURRENT  NAME  SERVERS                                ENVIRONMENT  CREDENTIAL
            *        a     https://a1.example https://a2.example  production   key
            -        b     http://127.0.0.1:5080                  -            none

            """.ReplaceLineEndings("\n"),
            list);
        Assert.DoesNotContain(Key, (await _desk.Ends(0, "context", "list", "-o", "json")).Out, StringComparison.Ordinal);
        Assert.Contains(Key, await File.ReadAllTextAsync(_desk.File), StringComparison.Ordinal);
        Assert.Equal("context/a\ncontext/b\n", (await _desk.Ends(0, "context", "list", "-o", "name")).Out.ReplaceLineEndings("\n"));

        await _desk.Ends(0, "context", "use", "b");
        Assert.Equal("b\n", (await _desk.Ends(0, "context", "list", "-o", "jsonpath={.current}")).Out.ReplaceLineEndings("\n"));
        await _desk.Ends(6, "context", "use", "c");
        await _desk.Ends(0, "context", "remove", "b");
        await _desk.Ends(6, "context", "remove", "b");
        Assert.Equal("", (await _desk.Ends(0, "context", "list", "-o", "jsonpath={.current}")).Out.Trim());
    }

    [Fact]
    public async Task Key_is_forgotten_on_demand_and_when_the_servers_change()
    {
        await _desk.Run(Key, "context", "set", "a", "--server", "https://a.example", "--key-stdin");
        await _desk.Ends(0, "context", "set", "a", "-e", "staging");
        Assert.Equal("key", await Credential());
        Assert.Contains("its credentials are forgotten", (await _desk.Ends(0, "context", "set", "a", "--server", "https://b.example")).Error, StringComparison.Ordinal);
        Assert.Equal("none", await Credential());
        await _desk.Run(Key, "context", "set", "a", "--key-stdin");
        await _desk.Ends(0, "context", "set", "a", "--no-key");
        Assert.Equal("none", await Credential());

        async Task<string> Credential() => (await _desk.Ends(0, "context", "list", "-o", "jsonpath={.contexts[0].credential}")).Out.Trim();
    }

    [Theory]
    [InlineData("", "There is no key on stdin.")]
    [InlineData("two words", "has spaces")]
    [InlineData("\u00e9t\u00e9", "has spaces or characters")]
    public async Task Key_that_is_none_is_refused(string input, string message)
    {
        var ran = await _desk.Run(input, "context", "set", "a", "--server", "https://a.example", "--key-stdin");
        Assert.Equal(3, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_desk.File));
        Assert.Equal(3, (await _desk.Run(new string('k', 5000), "context", "set", "a", "--server", "https://a.example", "--key-stdin")).Code);
    }

    [Fact]
    public async Task Context_without_a_server_or_with_a_wrong_one_is_refused()
    {
        Assert.Contains("name its server with --server", (await _desk.Ends(3, "context", "set", "a")).Error, StringComparison.Ordinal);
        var wrong = await _desk.Ends(3, "context", "set", "a", "--server", "ftp://x", "--server", "y");
        Assert.Contains("ftp://x", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("y: must be", wrong.Error, StringComparison.Ordinal);
        await _desk.Ends(3, "context", "set", "a b", "--server", "https://a.example");
        await _desk.Ends(3, "context", "set", "a", "--server", "https://a.example", "--key-stdin", "--no-key");
        Assert.Contains("There are: none.", (await _desk.Ends(3, "whoami", "--context", "z")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_processes_set_contexts_and_none_is_lost()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => Task.Run(() => _desk.Run("", "context", "set", $"c{i}", "--server", "https://a.example"))));
        Assert.All(runs, run => Assert.Equal(0, run.Code));
        Assert.Equal(20, (await _desk.Ends(0, "context", "list", "-o", "name")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(["config.json", "config.json.lock"], Directory.GetFiles(Path.GetDirectoryName(_desk.File)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task File_that_others_may_read_is_not_read()
    {
        await _desk.Ends(0, "context", "set", "a", "--server", "https://a.example");
        if (OperatingSystem.IsWindows())
        {
            // There are no modes of files.
            return;
        }

        File.SetUnixFileMode(_desk.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", (await _desk.Ends(3, "context", "list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_behind_a_link_stays_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        await _desk.Ends(0, "context", "set", "a", "--server", "https://a.example");
        var kept = _desk.File + ".kept";
        File.Move(_desk.File, kept);
        File.CreateSymbolicLink(_desk.File, kept);
        await _desk.Ends(0, "context", "set", "b", "--server", "https://b.example");
        Assert.Equal(kept, new FileInfo(_desk.File).LinkTarget);
        Assert.Contains("b.example", await File.ReadAllTextAsync(kept), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{"contexts":{"a":{}}}""", 0)]
    [InlineData("""{"contexts":null}""", 0)]
    [InlineData("""{"contexts":{"a":null}}""", 3)]
    [InlineData("""{"contexts":[]}""", 3)]
    [InlineData("{", 3)]
    public async Task Odd_file_is_read_or_refused_with_its_path(string text, int code)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_desk.File)!);
        await File.WriteAllTextAsync(_desk.File, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_desk.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var ran = await _desk.Ends(code, "context", "list");
        Assert.Equal(code != 0, ran.Error.Contains($"{_desk.File} is no configuration file", StringComparison.Ordinal));
    }
}
