using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Orchestrator.Dashboard.Assets;

/// <summary>
/// Style sheet, script and pictures, from the assembly. Their address has their hash, so a browser keeps them for a year.
/// </summary>
public sealed class AssetFiles
{
    private const string Prefix = "assets/";
    private readonly FrozenDictionary<string, AssetFile> _files = Read().ToFrozenDictionary(file => file.Name, StringComparer.Ordinal);

    /// <summary>The file; null when there is none of this name.</summary>
    public AssetFile? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>Address of a file in a page.</summary>
    /// <exception cref="ArgumentException">There is no file of this name.</exception>
    public string Address(string name) =>
        Find(name)?.Address ?? throw new ArgumentException($"The dashboard has no file {name}.", nameof(name));

    private static IEnumerable<AssetFile> Read()
    {
        var assembly = typeof(AssetFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            var hash = Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8));
            yield return new AssetFile(resource[Prefix.Length..], hash, plain, Compress(plain));
        }
    }

    private static byte[] Compress(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(plain);
        }

        return packed.ToArray();
    }
}

/// <summary>A file of the dashboard.</summary>
/// <param name="Name">Name, such as <c>dash.css</c>.</param>
/// <param name="Hash">Hash of its content, 16 hexadecimal digits.</param>
/// <param name="Plain">Its content.</param>
/// <param name="Brotli">Its content, compressed.</param>
public sealed record AssetFile(string Name, string Hash, byte[] Plain, byte[] Brotli)
{
    /// <summary>Address in a page.</summary>
    public string Address => $"/assets/{Hash}/{Name}";

    /// <summary>Media type, by the ending.</summary>
    public string ContentType => Path.GetExtension(Name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The ending {other} has no media type."),
    };
}
