using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Plans;

/// <summary>A file, or stdin, with its text.</summary>
/// <param name="Name">Name in messages: the path as typed, or <c>-</c>.</param>
/// <param name="Path">Path of the file; null for stdin and for a revision.</param>
/// <param name="Source">The text, parsed once.</param>
internal sealed record PlanInput(string Name, string? Path, PlanSource Source)
{
    /// <summary>Name that stands for stdin.</summary>
    public const string StandardInput = "-";

    /// <summary>Most files of one run.</summary>
    public const int MostFiles = 5000;

    /// <summary>Most folders below a folder.</summary>
    private const int Deepest = 20;

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>Reads a file or stdin.</summary>
    public static PlanInput Read(string name, TextReader input)
    {
        if (name == StandardInput)
        {
            return new PlanInput(name, null, PlanSource.Of(AtMost(input)));
        }

        var file = new FileInfo(name);
        if (!file.Exists)
        {
            throw new Failure(ExitCode.NotFound, $"{name} does not exist.");
        }

        // One byte more than the limit, so that the reader itself says the limit.
        using var stream = file.OpenRead();
        var bytes = new byte[Math.Min(file.Length, DocumentLimits.Plan.Bytes + 1L)];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new PlanInput(name, file.FullName, PlanSource.Of(bytes.AsMemory(0, length)));
    }

    /// <summary>Reads files, folders and stdin. Of a folder: plans and scenarios alone, with all folders below it.</summary>
    public static IReadOnlyList<PlanInput> ReadAll(IReadOnlyList<string> names, TextReader input)
    {
        var read = new List<PlanInput>();
        foreach (var name in names)
        {
            if (name != StandardInput && Directory.Exists(name))
            {
                read.AddRange(Files(name).Select(file => Read(file, input)).Where(one => IsMeant(one.Source)));
            }
            else
            {
                read.Add(Read(name, input));
            }

            if (read.Count > MostFiles)
            {
                throw Failure.Invalid($"{name} has more than {MostFiles} files; name fewer of them.");
            }
        }

        return read;
    }

    /// <summary>Scenario files beside a plan: <c>NAME.scenarios.yaml</c>.</summary>
    public static string ScenariosOf(string plan) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(plan) ?? "", System.IO.Path.GetFileNameWithoutExtension(plan) + ".scenarios.yaml");

    /// <summary>Path of the plan that a file of scenarios is about: the one it names, or the one beside it.</summary>
    public string PlanOfScenarios()
    {
        var folder = System.IO.Path.GetDirectoryName(Name) ?? "";
        var own = System.IO.Path.GetFileNameWithoutExtension(Name);
        return Source.PlanPath is { } named ? System.IO.Path.Combine(folder, named)
            : System.IO.Path.Combine(folder, (own.EndsWith(".scenarios", StringComparison.Ordinal) ? own[..^".scenarios".Length] : own) + ".yaml");
    }

    /// <summary>True for a plan or scenarios, and for a text so broken that this cannot be seen though it may be one.</summary>
    private static bool IsMeant(PlanSource source) =>
        source.IsPlan || source.IsScenarios
        || (source.Root is null && source.Text.Split('\n').Any(line =>
            line.StartsWith("plan:", StringComparison.Ordinal) || line.StartsWith("scenarios:", StringComparison.Ordinal)));

    private static IEnumerable<string> Files(string folder) => Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Deepest })
        .Where(file => Endings.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)
            && !file.Split(System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar).Any(part => part is "node_modules" or ".git"))
        .Take(MostFiles + 1)
        .Order(StringComparer.Ordinal);

    private static string AtMost(TextReader input)
    {
        var letters = new char[DocumentLimits.Plan.Bytes + 1];
        return new string(letters, 0, input.ReadBlock(letters, 0, letters.Length));
    }
}
