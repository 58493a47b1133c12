using System.Security.Cryptography;
using System.Text;
using Orchestrator.Domain.Access;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Content of a session's cookie. It is encrypted and authenticated: a client can neither read nor change it.</summary>
/// <param name="Id">Id of the session, random. Not a credential.</param>
/// <param name="Holder">Id of the key; of a person <c>oidc:</c> and the subject.</param>
/// <param name="Role">Role at the sign-in.</param>
/// <param name="Environment">Environment of a holder that is bound to one.</param>
/// <param name="Key">Mark of the key's text; null of a person.</param>
/// <param name="Name">Name of a person; null of a key.</param>
/// <param name="Began">Time of the sign-in, in Unix milliseconds.</param>
/// <param name="Renewed">Time of the last renewal.</param>
/// <param name="Until">End of the session without a renewal.</param>
/// <param name="Timeline">Timeline of the log at the sign-in: a restore of a backup ends all sessions, because it forgets which ended.</param>
internal sealed record Ticket(
    string Id, string Holder, Role Role, string? Environment, string? Key, string? Name, long Began, long Renewed, long Until,
    long Timeline)
{
    private const int MarkBytes = 16;

    /// <summary>Mark of a key's text: a key that is set again under its id with another text has another mark.</summary>
    public static string MarkOf(Key key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Hash)).AsSpan(0, MarkBytes));
}
