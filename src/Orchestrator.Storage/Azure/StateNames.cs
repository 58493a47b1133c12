using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Azure;

/// <summary>Names of states in Azure: each state of each grain has one of its own, and people can read it.</summary>
internal static class StateNames
{
    private const string Extension = ".json";

    // A blob name has 1024 characters at most, a key of a table 512.
    private const int Longest = 400;

    /// <summary>Name of a state's blob. The blobs of every earlier build are named so.</summary>
    public static string Blob(string stateName, GrainId grain) => $"{Part(stateName)}/{Part(grain.ToString())}{Extension}";

    /// <summary>
    /// The blob name in what Orleans' provider makes of it (<c>{our name}-{grain}.json</c>). Dots of the parts are escaped, so the first
    /// extension ends it.
    /// </summary>
    public static string OfProvider(string name) => name[..(name.IndexOf(Extension, StringComparison.Ordinal) + Extension.Length)];

    /// <summary>
    /// Part of a table's key. The provider replaces <c>/ \ # ?</c> by <c>_</c>, which would give two states one row; here no such
    /// character is left.
    /// </summary>
    public static string Key(string text) => Part(text).Replace("_", "%5F", StringComparison.Ordinal).Replace('%', '_');

    // Dots too: services and proxies resolve "..", and drop a dot at the end.
    private static string Part(string text)
    {
        var safe = Uri.EscapeDataString(text).Replace(".", "%2E", StringComparison.Ordinal);
        return safe.Length <= Longest ? safe : $"{safe[..300]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
