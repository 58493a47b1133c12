using System.Net;
using Orchestrator.Api.Audit;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>
/// Limit of wrong keys from one address. Only wrong keys count, and only they are refused: a shared proxy's address must not keep the
/// person on call out.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    /// <summary>Wrong keys of an address in a minute.</summary>
    public const int Most = 10;

    private readonly RefusalThrottle _wrong = new(time, Most);

    /// <summary>Counts a wrong key; true when the address has sent too many.</summary>
    public bool IsTooMany(IPAddress? address) => _wrong.IsSlow(address);
}
