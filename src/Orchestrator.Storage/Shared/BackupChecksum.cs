using System.Security.Cryptography;
using System.Text;
using Orchestrator.Grains.Files;

namespace Orchestrator.Storage.Shared;

/// <summary>
/// The checksum of all bytes of a backup, in a file of its own beside it, as <c>sha256sum --check</c> reads it. The hash chain of a log
/// covers events only; the checksum covers grain state too.
/// </summary>
public static class BackupChecksum
{
    /// <summary>Name of the checksum file of a backup.</summary>
    public static string Of(string backup) => backup + ".sha256";

    /// <summary>Compares a backup with the checksum beside it.</summary>
    /// <returns>True when they are equal, false when there is no checksum.</returns>
    /// <exception cref="InvalidDataException">They differ, or the checksum cannot be read.</exception>
    public static async Task<bool> Agrees(string backup)
    {
        var beside = Of(backup);
        if (!File.Exists(beside))
        {
            return false;
        }

        var lines = File.ReadLines(beside).Take(1).ToList();
        if (lines is not [{ Length: >= 64 } line] || !line[..64].All(char.IsAsciiHexDigit))
        {
            throw new InvalidDataException($"{beside} holds no SHA-256 checksum. Nothing was changed.");
        }

        var found = await Compute(backup).ConfigureAwait(false);
        return found.Equals(line[..64], StringComparison.OrdinalIgnoreCase)
            ? true
            : throw new InvalidDataException(
                $"The backup is damaged: its SHA-256 is {found}, but {beside} has {line[..64]}. Nothing was changed.");
    }

    /// <summary>Writes the checksum beside a backup, durably, and returns it.</summary>
    /// <param name="file">The file whose bytes are read.</param>
    /// <param name="backup">The name that the backup will have.</param>
    internal static async Task<string> Write(string file, string backup)
    {
        var sum = await Compute(file).ConfigureAwait(false);
        PrivateFiles.Write(Of(backup), Encoding.UTF8.GetBytes($"{sum}  {Path.GetFileName(backup)}\n"));
        return sum;
    }

    private static async Task<string> Compute(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream).ConfigureAwait(false));
    }
}
