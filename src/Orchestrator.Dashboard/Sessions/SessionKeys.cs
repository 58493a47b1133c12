using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Grains.Access;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>
/// The key of ASP.NET Core's data protection, derived from the secret of the installation. So all nodes have the same one from their start,
/// without a race and without a read of the store in a request.
/// </summary>
internal sealed class SessionKeys(InstallationSecret secret, SessionSettings settings) : IKeyManager
{
    private const string Purpose = "sessions and forms of the dashboard";
    private const int MasterBytes = 64;
    private const int IdBytes = 16;

    private readonly IKey[] _keys = [Derived(secret.For(Purpose), Encoding.UTF8.GetBytes(settings.Secret ?? ""))];

    public IReadOnlyCollection<IKey> GetAllKeys() => _keys;

    public CancellationToken GetCacheExpirationToken() => CancellationToken.None;

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) => throw Fixed();

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) => throw Fixed();

    public void RevokeKey(Guid keyId, string? reason = null) => throw Fixed();

    private static NotSupportedException Fixed() => new("The key is derived from the secret of the installation.");

    private static DerivedKey Derived(byte[] ofStore, byte[] ofSettings)
    {
        byte[] both = [.. ofStore, .. ofSettings];
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, both, MasterBytes + IdBytes);
        return new DerivedKey(new Guid(derived.AsSpan(MasterBytes)), derived[..MasterBytes]);
    }

    private sealed class DerivedKey(Guid id, byte[] master) : IKey
    {
        private readonly AuthenticatedEncryptorFactory _factory = new(NullLoggerFactory.Instance);

        public Guid KeyId => id;

        public DateTimeOffset CreationDate { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        // Before every clock and after every one: a node whose clock is wrong opens the same cookies.
        public DateTimeOffset ActivationDate { get; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset ExpirationDate { get; } = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public bool IsRevoked => false;

        public IAuthenticatedEncryptorDescriptor Descriptor { get; } =
            new AuthenticatedEncryptorDescriptor(new AuthenticatedEncryptorConfiguration(), new Secret(master));

        public IAuthenticatedEncryptor? CreateEncryptor() => _factory.CreateEncryptorInstance(this);
    }
}
