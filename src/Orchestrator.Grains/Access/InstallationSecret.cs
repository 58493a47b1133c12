using System.Security.Cryptography;
using System.Text;
using Orchestrator.Domain.Access;

namespace Orchestrator.Grains.Access;

/// <summary>A secret of the installation, stored beside the log and in no event. Every node of a cluster has the same one.</summary>
/// <param name="secret"><see cref="Bytes"/> random bytes.</param>
public sealed class InstallationSecret(byte[] secret)
{
    /// <summary>Length of the secret.</summary>
    public const int Bytes = 32;

    /// <summary>Hash of chosen keys.</summary>
    public KeyPepper Pepper { get; } = new(Derive(secret, "hash of chosen keys"));

    /// <summary>A key for one purpose; a key of one purpose reveals nothing about another.</summary>
    public byte[] For(string purpose) => Derive(secret, purpose);

    private static byte[] Derive(byte[] secret, string purpose) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, Bytes, Encoding.UTF8.GetBytes(purpose));
}
