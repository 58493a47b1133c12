using System.Diagnostics;
using Orchestrator.Cli.Tests.Verbs;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Cli.Tests.Completion;

/// <summary>Scripts of shells: that of bash sourced in a real bash, with the tool as a process of its own.</summary>
public sealed class ShellScriptTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    /// <summary>Calls the function as readline does: words broken at spaces, = and :, the cursor at the end of the line.</summary>
    private const string Driver = """
        source /dev/stdin <<< "$(rollout completion bash)"
        COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
        compopt() { echo "compopt $*"; }
        while IFS= read -r COMP_LINE; do
            COMP_POINT=${#COMP_LINE}
            mapfile -t COMP_WORDS < <(grep -oE '[^ =:]+|[=:]+' <<< "$COMP_LINE")
            [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMPREPLY=()
            _rollout_complete rollout "${COMP_WORDS[COMP_CWORD]}" ""
            echo "$COMP_LINE> ${COMPREPLY[*]}"
        done
        """;

    [Fact]
    public async Task Bash_completes_verbs_options_values_and_names_of_the_server()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        await silo.Create("bash-1");
        var said = await Bash(
            "rollout sta", "rollout context ", "rollout list --output js", "rollout list --output=js", "rollout list --output=", "rollout start bash",
            "rollout whoami --key-file ", "rollout start bash-1 --serv");
        Assert.Equal(
            [
                "rollout sta> start",
                "rollout context > list use set remove",
                "compopt -o nospace",
                "rollout list --output js> json jsonpath=",
                "compopt -o nospace",
                "rollout list --output=js> json jsonpath=",
                "compopt -o nospace",
                "rollout list --output=> table wide json yaml name jsonpath=",
                "rollout start bash> bash-1",
                "compopt -o default",
                "rollout whoami --key-file > ",
                "rollout start bash-1 --serv> --server",
            ],
            said);
    }

    [Theory]
    [InlineData("bash", "complete -F _rollout_complete rollout")]
    [InlineData("zsh", "#compdef rollout")]
    [InlineData("fish", "complete -c rollout")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName rollout")]
    public async Task Every_shell_has_a_script_that_asks_this_tool(string shell, string line)
    {
        var script = (await new Shell().Good("completion", shell)).Out;
        Assert.Contains(line, script, StringComparison.Ordinal);
        Assert.Contains("__complete --", script, StringComparison.Ordinal);
        await new Shell().Fails(3, "completion", "tcsh");
    }

    [Theory]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    [InlineData("bash", "-n")]
    public async Task Script_is_one_of_its_shell(string shell, string check)
    {
        Assert.SkipUnless(new[] { "/bin/", "/usr/bin/" }.Any(folder => File.Exists(folder + shell)), $"There is no {shell} here.");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, (await new Shell().Good("completion", shell)).Out);
        using var process = Process.Start(new ProcessStartInfo(shell, [check, file]) { RedirectStandardError = true })!;
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(SiloHost.Patience);
        Assert.Equal(0, process.ExitCode);
        File.Delete(file);
    }

    /// <summary>Lines that the driver says for lines that are typed.</summary>
    private async Task<string[]> Bash(params string[] typed)
    {
        var folder = Directory.CreateTempSubdirectory("bash-");
        var tool = Path.Combine(folder.FullName, "rollout");
        await File.WriteAllTextAsync(tool, $"#!/bin/bash\nexec dotnet \"{Path.Combine(AppContext.BaseDirectory, "rollout.dll")}\" \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo("/bin/bash", ["--norc", "-c", Driver])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["ROLLOUT_CONFIG"] = Path.Combine(folder.FullName, "config.json");
        start.Environment["ROLLOUT_SERVER"] = silo.Address.ToString();
        start.Environment["ROLLOUT_API_KEY"] = SiloHost.AdminKey;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(string.Join('\n', typed) + "\n");
        process.StandardInput.Close();
        var (o, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(SiloHost.Patience);
        Assert.Equal("", await error);
        folder.Delete(recursive: true);
        return (await o).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
