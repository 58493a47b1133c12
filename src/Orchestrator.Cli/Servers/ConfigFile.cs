using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>The configuration file: contexts with servers and credentials. Only its owner may read it, because it has keys.</summary>
internal sealed record ConfigFile
{
    /// <summary>Most contexts in a file.</summary>
    public const int MostContexts = 100;

    private const int LargestBytes = 1024 * 1024;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Name of the context that is used where none is named; null for none.</summary>
    public string? Current { get; init; }

    public SortedDictionary<string, Context> Contexts { get; init; } = new(StringComparer.Ordinal);

    /// <summary><c>$ROLLOUT_CONFIG</c>, or <c>rollout/config.json</c> in the user's folder for configuration.</summary>
    public static string PathOf(Terminal terminal)
    {
        if (terminal.Variable("ROLLOUT_CONFIG") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = terminal.Variable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg
            : OperatingSystem.IsWindows() ? System.Environment.GetFolderPath(System.Environment.SpecialFolder.ApplicationData)
            : Path.Combine(terminal.Variable("HOME") ?? ".", ".config");
        return Path.Combine(folder, "rollout", "config.json");
    }

    /// <summary>Reads the file; an absent one has no contexts.</summary>
    public static ConfigFile Read(Terminal terminal)
    {
        var path = Target(PathOf(terminal));
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return new ConfigFile();
        }

        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & Others) != 0)
        {
            throw Failure.Invalid($"{path} has keys, and others may read it. Close it: chmod 600 {path}");
        }

        if (file.Length > LargestBytes)
        {
            throw Failure.Invalid($"{path} has {file.Length} bytes; the limit is {LargestBytes}.");
        }

        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), ConfigJson.Default.ConfigFile) ?? new ConfigFile();
            return Whole(path, read);
        }
        catch (JsonException error)
        {
            throw Failure.Invalid($"{path} is no configuration file: {error.Message}");
        }
    }

    /// <summary>Reads, changes and writes the file, one process at a time: none takes back the change of another.</summary>
    /// <returns>The file as it is now.</returns>
    public static async Task<ConfigFile> Change(Terminal terminal, Func<ConfigFile, ConfigFile> change, CancellationToken stop)
    {
        using var hold = await ConfigLock.Take(terminal, stop);
        var changed = change(Read(terminal));
        if (changed.Contexts.Count > MostContexts)
        {
            throw Failure.Invalid($"{PathOf(terminal)} has {MostContexts} contexts, which is the limit. Remove one: rollout context remove NAME");
        }

        changed.Write(terminal);
        return changed;
    }

    /// <summary>This file with another context under the name; null removes it.</summary>
    public ConfigFile With(string name, Context? context)
    {
        var contexts = new SortedDictionary<string, Context>(Contexts, StringComparer.Ordinal);
        if (context is null)
        {
            contexts.Remove(name);
        }
        else
        {
            contexts[name] = context;
        }

        return this with { Contexts = contexts };
    }

    /// <summary>The file with every member: one that is absent from the JSON is null, whatever its type says.</summary>
    private static ConfigFile Whole(string path, ConfigFile read)
    {
        var contexts = new SortedDictionary<string, Context>(StringComparer.Ordinal);
        foreach (var (name, context) in read.Contexts ?? new(StringComparer.Ordinal))
        {
            contexts[name] = context is null ? throw Failure.Invalid($"{path} is no configuration file: the context \"{name}\" is null.")
                : context.Servers is null ? context with { Servers = [] } : context;
        }

        return read with { Contexts = contexts };
    }

    /// <summary>Writes the file whole, beside the old one, and takes its place: a reader sees the old or the new one.</summary>
    public void Write(Terminal terminal)
    {
        var path = Target(PathOf(terminal));
        MakeFolder(path);
        var beside = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(beside, options))
            {
                JsonSerializer.Serialize(stream, this, ConfigJson.Default.ConfigFile);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            // Gone already, unless something failed: a copy with keys must not stay.
            File.Delete(beside);
        }
    }

    /// <summary>The file behind links: keepers of such files make links, which stay.</summary>
    private static string Target(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    /// <summary>Makes the folder of a file, for its owner alone.</summary>
    public static void MakeFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Servers and credentials under a name.</summary>
    public sealed record Context
    {
        /// <summary>Addresses, tried in order.</summary>
        public List<string> Servers { get; init; } = [];

        /// <summary>API key; null for none.</summary>
        public string? Key { get; init; }

        /// <summary>Token of the issuer, from <c>rollout login</c>; null for none.</summary>
        public Token? Token { get; init; }

        /// <summary>Environment where a command names none; null for none.</summary>
        public string? Environment { get; init; }
    }

    /// <summary>A token of an issuer.</summary>
    /// <param name="Issuer">Address of the issuer.</param>
    /// <param name="Client">Id of this tool at the issuer.</param>
    /// <param name="Access">Access token.</param>
    /// <param name="Refresh">Refresh token; null when the issuer gave none.</param>
    /// <param name="Until">End of the access token.</param>
    /// <param name="Resource">Name of the API that requests for tokens carry (RFC 8707); null where the issuer takes none.</param>
    public sealed record Token(string Issuer, string Client, string Access, string? Refresh, DateTimeOffset Until, string? Resource = null);
}

/// <summary>Readers and writers of the file, made by the compiler.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigFile))]
internal sealed partial class ConfigJson : JsonSerializerContext;
