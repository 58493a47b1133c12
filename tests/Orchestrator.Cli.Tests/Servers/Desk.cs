using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Tests.Verbs;

namespace Orchestrator.Cli.Tests.Servers;

/// <summary>
/// A person at a desk: a configuration file of their own, a clock that the test moves, and what the terminal shows meanwhile.
/// </summary>
internal sealed partial class Desk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("desk-");

    /// <summary>Clock of waits and of tokens.</summary>
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    /// <summary>Environment variables.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string File => Path.Combine(_folder.FullName, "rollout", "config.json");

    /// <summary>The context of a first sign-in, as the file keeps it.</summary>
    public JsonElement Kept => JsonDocument.Parse(System.IO.File.ReadAllText(File)).RootElement.GetProperty("contexts").GetProperty("default");

    /// <summary>The same file on another desk.</summary>
    public Desk Copy()
    {
        var copy = new Desk();
        Directory.CreateDirectory(Path.GetDirectoryName(copy.File)!);
        System.IO.File.Copy(File, copy.File);
        copy.Time.SetUtcNow(Time.GetUtcNow());
        return copy;
    }

    /// <summary>Begins a run.</summary>
    public Running Begin(string input, params string[] args)
    {
        var (o, error) = (new Transcript(), new Transcript());
        var terminal = new Terminal
        {
            In = new StringReader(input),
            Out = o,
            Error = error,
            Time = Time,
            Variable = name => name == "ROLLOUT_CONFIG" ? File : Variables.GetValueOrDefault(name),
        };
        return new Running(RolloutCommandLine.Run(args, terminal, TestContext.Current.CancellationToken), o, error);
    }

    /// <summary>A whole run.</summary>
    public async Task<Ran> Run(string input, params string[] args)
    {
        var running = Begin(input, args);
        return new Ran(await running.Code, running.Out.ToString(), running.Error.ToString());
    }

    /// <summary>A run that ends with this code.</summary>
    public async Task<Ran> Ends(int code, params string[] args)
    {
        var ran = await Run("", args);
        Assert.True(ran.Code == code, $"rollout {string.Join(' ', args)} ended with {ran.Code}, not {code}:\n{ran.Error}\n{ran.Out}");
        return ran;
    }

    /// <summary>Lets time pass until the run ends.</summary>
    /// <param name="running">Run that waits.</param>
    /// <param name="step">Time that passes at once.</param>
    public async Task<Ran> Wait(Running running, TimeSpan step)
    {
        await Eventually.Until("the run has ended", () =>
        {
            Time.Advance(step);
            return running.Code.IsCompleted;
        });
        return new Ran(await running.Code, running.Out.ToString(), running.Error.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A run that is under way.</summary>
    internal sealed partial record Running(Task<int> Code, Transcript Out, Transcript Error)
    {
        /// <summary>Address that the person is asked to open, with the code in it.</summary>
        public async Task<Uri> Page()
        {
            await Eventually.Until("an address to open is shown", () => Address().IsMatch(Error.ToString()) || Code.IsCompleted);
            Assert.False(Code.IsCompleted, Error.ToString());
            return new Uri(Address().Match(Error.ToString()).Groups[1].Value);
        }

        [GeneratedRegex(@"^or open (\S+)\r?\n", RegexOptions.Multiline)]
        private static partial Regex Address();
    }
}

/// <summary>Text that is read while another thread writes it.</summary>
internal sealed class Transcript : StringWriter
{
    private readonly Lock _lock = new();

    public override void Write(char value)
    {
        lock (_lock)
        {
            base.Write(value);
        }
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_lock)
        {
            base.Write(buffer, index, count);
        }
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_lock)
        {
            base.Write(buffer);
        }
    }

    public override void Write(string? value)
    {
        lock (_lock)
        {
            base.Write(value);
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return base.ToString();
        }
    }
}
