using System.CommandLine;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string[]> Server = new("--server", "-s")
    {
        Description = "Address of a server; several are tried in order (any node will do). Default: $ROLLOUT_SERVER, the context, http://127.0.0.1:5080",
        HelpName = "url",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    public static readonly Option<string?> Context = new("--context")
    {
        Description = "Context of the configuration file. Default: $ROLLOUT_CONTEXT, the current one",
        HelpName = "name",
        Recursive = true,
        CompletionSources = { _ => ContextNames.All() },
    };

    public static readonly Option<FileInfo?> KeyFile = new("--key-file")
    {
        Description = "File with the API key. Default: $ROLLOUT_API_KEY, the context",
        HelpName = "path",
        Recursive = true,
    };

    public static readonly Option<OutputFormat?> Output = new("--output", "-o")
    {
        Description = $"Form of the result: {OutputFormat.Forms}",
        HelpName = "form",
        Recursive = true,
        CompletionSources = { "table", "wide", "json", "yaml", "name", "jsonpath=" },
        CustomParser = parsed =>
        {
            var text = parsed.Tokens.Count > 0 ? parsed.Tokens[^1].Value : "";
            if (OutputFormat.Read(text) is { } form)
            {
                return form;
            }

            parsed.AddError($"--output is \"{text}\"; it must be {OutputFormat.Forms}.");
            return null;
        },
    };

    /// <summary>Adds the options to the root command.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Add(Server);
        root.Add(Context);
        root.Add(KeyFile);
        root.Add(Output);
    }
}
