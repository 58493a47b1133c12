using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Azure;

/// <summary>Names of blobs: any state of any grain has one, no two have the same, and people can still read it.</summary>
internal static class BlobNames
{
    private const int Longest = 400;

    public static string Of(string stateName, string grain) => $"{Part(stateName)}/{Part(grain)}.json";

    // Dots too: services and proxies resolve "..", and drop a dot at the end. Names have 1024 characters at most.
    private static string Part(string text)
    {
        var safe = Uri.EscapeDataString(text).Replace(".", "%2E", StringComparison.Ordinal);
        return safe.Length <= Longest ? safe : $"{safe[..300]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
