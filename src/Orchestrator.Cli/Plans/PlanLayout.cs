using System.Text;
using Orchestrator.Cli.Output;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Plans;

/// <summary>Writes plans in their canonical layout, or checks that they have it.</summary>
internal static class PlanLayout
{
    /// <summary>Lays out files, folders and stdin. What comes from stdin goes to stdout.</summary>
    /// <param name="names">Names; the current folder when there is none.</param>
    /// <param name="check">True to write nothing.</param>
    /// <param name="terminal">Streams.</param>
    public static ExitCode Run(IReadOnlyList<string> names, bool check, Terminal terminal)
    {
        var inputs = PlanInput.ReadAll(names.Count == 0 ? ["."] : names, terminal.In);
        var wrong = inputs.Where(one => one.Source.Root is null).ToArray();
        if (wrong.Length > 0)
        {
            throw Failure.Invalid("Files that are neither YAML nor JSON have no layout.",
                [.. wrong.SelectMany(one => one.Source.Errors.Select(found => Finding.Of(one, found)))
                    .Select(found => $"{found.File}:{found.Line}:{found.Column}: {found.Told}")]);
        }

        var (changed, left) = (0, 0);
        foreach (var one in inputs)
        {
            if (PlanFormat.Of(one.Source) is not { } laid)
            {
                terminal.Error.WriteLine($"{one.Name}: the layout would change the meaning, so the file stays as it is.");
                left++;
                continue;
            }

            var differs = laid != one.Source.Text;
            changed += differs ? 1 : 0;
            if (one.Path is null && !check)
            {
                terminal.Out.Write(laid);
            }
            else if (differs)
            {
                terminal.Out.WriteLine(one.Name);
                if (!check)
                {
                    Replace(one.Path!, laid);
                }
            }
        }

        terminal.Error.WriteLine(check
            ? $"{PlanValidation.Counted(inputs.Count, "file")}: {changed} to format."
            : $"{PlanValidation.Counted(inputs.Count, "file")}: {changed} formatted.");
        return left > 0 || (check && changed > 0) ? ExitCode.Failed : ExitCode.Success;
    }

    /// <summary>Writes a file whole, beside the old one, and takes its place.</summary>
    private static void Replace(string path, string text)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(beside, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(beside, path, overwrite: true);
    }
}
