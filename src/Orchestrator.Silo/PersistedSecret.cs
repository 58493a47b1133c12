using System.Security.Cryptography;
using Orchestrator.Grains.Access;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Silo;

/// <summary>
/// The secret of the installation: created by the first process that starts on the data, and the same for all later ones.
/// </summary>
internal static class PersistedSecret
{
    private const string Key = "installation.secret";

    public static async Task<InstallationSecret> Open(InstallationFacts facts)
    {
        var text = await facts.Get(Key)
            ?? await facts.Keep(Key, null, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(InstallationSecret.Bytes)));
        return new InstallationSecret(Convert.FromHexString(text));
    }
}
