using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Tests.Verbs;

/// <summary>Runs command lines in this process, without a terminal, as a pipeline does.</summary>
internal sealed class Shell(Uri? server = null, string? key = null)
{
    /// <summary>Further environment variables.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal)
    {
        ["ROLLOUT_CONFIG"] = Path.Combine(Path.GetTempPath(), $"rollout-{Guid.NewGuid():N}", "config.json"),
    };

    /// <summary>Text on stdin.</summary>
    public string Input { get; set; } = "";

    /// <summary>True to answer questions from <see cref="Input"/>.</summary>
    public bool Asks { get; set; }

    /// <summary>Called while a question waits for its answer.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public async Task<Ran> Run(params string[] args)
    {
        var (o, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal
        {
            In = Meanwhile is { } meanwhile ? new Slow(Input, meanwhile) : new StringReader(Input),
            Out = o,
            Error = error,
            InIsTerminal = Asks,
            Variable = name => name switch
            {
                "ROLLOUT_SERVER" => server?.ToString(),
                "ROLLOUT_API_KEY" => key,
                _ => Variables.GetValueOrDefault(name),
            },
        };
        return new Ran(await RolloutCommandLine.Run(args, terminal, TestContext.Current.CancellationToken), o.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed.</summary>
    public async Task<Ran> Good(params string[] args)
    {
        var ran = await Run(args);
        Assert.True(ran.Code == 0, $"rollout {string.Join(' ', args)} ended with {ran.Code}:\n{ran.Error}\n{ran.Out}");
        return ran;
    }

    /// <summary>Runs a command line that must fail with a code, and say why on stderr only.</summary>
    public async Task<Ran> Fails(int code, params string[] args)
    {
        var ran = await Run(args);
        Assert.True(ran.Code == code, $"rollout {string.Join(' ', args)} ended with {ran.Code}, not {code}:\n{ran.Error}\n{ran.Out}");
        Assert.NotEqual("", ran.Error);
        return ran;
    }
}

/// <summary>A person who takes a while to answer.</summary>
internal sealed class Slow(string input, Func<Task> meanwhile) : StringReader(input)
{
    public override string? ReadLine()
    {
        meanwhile().GetAwaiter().GetResult();
        return base.ReadLine();
    }
}

/// <summary>End of a run.</summary>
internal sealed record Ran(int Code, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;
}
