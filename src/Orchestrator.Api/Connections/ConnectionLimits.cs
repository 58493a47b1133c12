using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Api.Connections;

/// <summary>Connections that the process accepts, kept below the files it may open: <c>Orchestrator:Connections</c>.</summary>
/// <param name="Most">Connections at once.</param>
/// <param name="Strangers">Of these, connections without a valid key so far.</param>
public sealed record ConnectionLimits(int Most, int Strangers)
{
    /// <summary>The setting.</summary>
    public const string Key = "Connections";

    /// <summary>The setting of the most event streams, each of which keeps a connection.</summary>
    internal const string StreamsKey = "Ofrep:Streams";

    private const int Usual = 20_000;
    private const int Least = 64;

    /// <summary>
    /// Files for the store, other silos, outgoing calls and the runtime: an eighth of the limit, and never fewer than this. The runtime
    /// keeps two open for each library, which are about 300 already.
    /// </summary>
    private const int LeastReserve = 512;

    /// <summary>Connections with a key at once.</summary>
    public int Known => Most - Strangers;

    /// <summary>Most of these connections for streams: the rest answers requests.</summary>
    public int ForStreams => Known / 4 * 3;

    /// <summary>Errors of the setting.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="files">Files that the process may open; null when that is unknown.</param>
    public static IEnumerable<string> Errors(IConfiguration configuration, long? files)
    {
        var room = Room(files);
        if (room < Least)
        {
            yield return $"The process may open {files} files, which leaves {Math.Max(0, room)} for connections after a reserve of {Reserve(files!.Value)} for the store, other nodes and outgoing calls; at least {Least} are needed: raise the limit (ulimit -n, LimitNOFILE=)";
        }
        else if (configuration[$"Orchestrator:{Key}"] is { } value && (Number(value) is not { } most || most < Least || most > room))
        {
            yield return files is null
                ? $"Orchestrator:{Key} must be a whole number from {Least}, but is '{value}'"
                : $"Orchestrator:{Key} must be a whole number from {Least} to {room}, but is '{value}': the process may open {files} files (ulimit -n) and keeps {Reserve(files.Value)} for the store, other nodes and outgoing calls";
        }
        else if (Read(configuration, files) is var limits && Number(configuration[$"Orchestrator:{StreamsKey}"]) is { } streams && streams > limits.ForStreams)
        {
            yield return $"Orchestrator:{StreamsKey} must be at most {limits.ForStreams}, but is '{streams}': the process has {limits.Most} connections (Orchestrator:{Key}), {limits.Strangers} of them for connections without a key and a quarter of the rest for requests";
        }
    }

    /// <summary>Reads the setting.</summary>
    public static ConnectionLimits Read(IConfiguration configuration, long? files)
    {
        var most = Number(configuration[$"Orchestrator:{Key}"]) ?? (int)Math.Min(Usual, Room(files));
        return new ConnectionLimits(most, Math.Max(Least / 4, most / 4));
    }

    /// <summary>Files that this process may open; null when the system gives no limit.</summary>
    public static long? FilesOfProcess()
    {
        try
        {
            // "Max open files            1024                 524288               files": the soft limit, which the runtime has raised to the hard one.
            return File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) is { } line
                && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
                && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Room(long? files) => files is { } known ? known - Reserve(known) : int.MaxValue;

    private static long Reserve(long files) => Math.Max(LeastReserve, files / 8);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
