using Orchestrator.Domain.Events;
using static Orchestrator.Domain.Access.AccessEvent;

namespace Orchestrator.Domain.Access;

/// <summary>The stream and stored names of the events of keys and people. A name, once written, never changes.</summary>
public static class AccessEvents
{
    /// <summary>The name of the stream: there is one.</summary>
    public const string Prefix = "access";

    /// <summary>Stored name of <see cref="KeyRevoked"/>.</summary>
    public const string Revoked = "access.key_revoked";

    /// <summary>Stored names.</summary>
    public static EventCatalog<AccessEvent> Catalog { get; } = new(
        ("access.key_created", 1, typeof(KeyCreated)),
        (Revoked, 1, typeof(KeyRevoked)),
        ("access.key_used", 1, typeof(KeyUsed)),
        ("access.person_named", 1, typeof(PersonNamed)));

    /// <summary>The stream.</summary>
    public static string Stream() => Prefix;
}
