using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Cli.Running;

/// <summary>Values of options, and files, read with their bounds.</summary>
internal static class Inputs
{
    /// <summary>Largest file of a plan, a segment or flags: the API takes no larger one.</summary>
    private const int LargestFile = 1024 * 1024;

    public static JsonNode? Json(string option, string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException error)
        {
            throw Failure.Invalid($"{option} is no JSON: {error.Message}");
        }
    }

    /// <summary>The whole file, or stdin for <c>-</c>.</summary>
    public static string Text(Invocation invocation, string path)
    {
        if (path == "-")
        {
            var text = new char[LargestFile + 1];
            var length = invocation.Terminal.In.ReadBlock(text, 0, text.Length);
            return length <= LargestFile ? new string(text, 0, length) : throw Failure.Invalid($"-: stdin has more than {LargestFile} characters.");
        }

        var file = new FileInfo(path);
        return !file.Exists ? throw Failure.Invalid($"{path}: there is no such file.")
            : file.Length > LargestFile ? throw Failure.Invalid($"{path} has {file.Length} bytes; the limit is {LargestFile}.")
            : File.ReadAllText(path);
    }

    /// <summary>An instant in RFC 3339, or a duration ago such as <c>2h</c>.</summary>
    public static Option<string?> At(string description) => new("--at")
    {
        Description = description + ": an RFC 3339 time such as 2026-12-14T09:00:00Z, or a time ago such as 2h",
        HelpName = "time",
    };

    /// <summary>The instant as RFC 3339; null when none is given.</summary>
    public static string? Instant(string? text) => text is null ? null
        : Durations.TryParse(text, out var ago) ? (DateTimeOffset.UtcNow - ago).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _) ? text
        : throw Failure.Invalid($"The time is \"{text}\"; it must be RFC 3339, such as 2026-12-14T09:00:00Z, or a time ago, such as 2h.");

    public static Option<string?> Environment() => new("--environment", "-e") { Description = "Environment. Default: that of the context", HelpName = "name" };

    /// <summary>The environment of the option or of the context.</summary>
    public static string Environment(Invocation invocation, Option<string?> option) =>
        invocation.Value(option) ?? invocation.Server.Environment ?? throw Failure.Invalid("No environment is named. Add --environment NAME, or set one in the context.");
}
