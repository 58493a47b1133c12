using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Servers;

/// <summary>The configuration file: contexts with servers and credentials. Only its owner may read it, because it has keys.</summary>
internal sealed record ConfigFile
{
    private const int LargestBytes = 1024 * 1024;

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
        var path = PathOf(terminal);
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
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ConfigJson.Default.ConfigFile) ?? new ConfigFile();
        }
        catch (JsonException error)
        {
            throw Failure.Invalid($"{path} is no configuration file: {error.Message}");
        }
    }

    /// <summary>Writes the file whole, beside the old one, and takes its place: a reader sees the old or the new one.</summary>
    public void Write(Terminal terminal)
    {
        var path = PathOf(terminal);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var beside = path + "." + System.Environment.ProcessId;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(beside, options))
        {
            JsonSerializer.Serialize(stream, this, ConfigJson.Default.ConfigFile);
        }

        File.Move(beside, path, overwrite: true);
    }

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

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
    public sealed record Token(string Issuer, string Client, string Access, string? Refresh, DateTimeOffset Until);
}

/// <summary>Readers and writers of the file, made by the compiler.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigFile))]
internal sealed partial class ConfigJson : JsonSerializerContext;
