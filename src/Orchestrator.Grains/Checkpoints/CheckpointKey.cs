using System.Security.Cryptography;
using Orchestrator.Grains.Files;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>The key of checkpoints, in a file of its own: a person who can rewrite the log should not be able to sign the result.</summary>
public static class CheckpointKey
{
    /// <summary>Reads the key, or creates it when there is none. The file is readable by its owner only.</summary>
    public static ECDsa Open(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path))
        {
            try
            {
                key.ImportFromPem(File.ReadAllText(path));
                return key;
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                key.Dispose();
                throw new InvalidDataException($"The key of checkpoints (Orchestrator:Checkpoints:Key) in '{path}' is not a private key in PEM: {e.Message}", e);
            }
        }

        PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
        using var writer = new StreamWriter(path, PrivateFiles.Making(FileMode.CreateNew));
        writer.Write(key.ExportPkcs8PrivateKeyPem());
        return key;
    }
}
