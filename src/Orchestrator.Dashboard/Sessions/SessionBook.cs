using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Orchestrator.Api.Callers;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Begins, reads and renews sessions.</summary>
internal sealed class SessionBook(
    SessionSettings settings, IDataProtectionProvider protection, EndedSessions ended, SessionWatches watches, IWorld world,
    TimeProvider wall)
{
    /// <summary>Longest session of a key from its sign-in, however often it is renewed. A stolen cookie ends then at the latest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private const int IdBytes = 16;

    /// <summary>Part of its length after which a session is renewed.</summary>
    private const int Renewals = 12;

    // Names of people in their own letters: escaped, a name of 200 letters would not fit into a cookie.
    // Roles by name: a build that orders them otherwise must not read another one.
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private readonly IDataProtector _protector = protection.CreateProtector("Orchestrator.Dashboard.Session.v1");

    /// <summary>A new session of a key.</summary>
    public Ticket Begin(Key key) => Begin(key.Id, key.Role, key.Environment, Ticket.MarkOf(key), null);

    /// <summary>A new session of a person. It is not renewed: the issuer is not asked again for the role.</summary>
    public Ticket Begin(Caller person) => Begin(person.KeyId, person.Role, person.Environment, null, person.Person!.Name);

    /// <summary>End of a session that begins now.</summary>
    public DateTimeOffset End => wall.GetUtcNow() + settings.Length;

    public Session Open(Ticket ticket) => new(ticket, ended, watches, wall);

    /// <summary>The ticket with its length from now; null when it is young, or of a person, or as long as it may be.</summary>
    public Ticket? Renew(Ticket ticket)
    {
        var now = wall.GetUtcNow().ToUnixTimeMilliseconds();
        var length = (long)settings.Length.TotalMilliseconds;
        var until = Math.Min(now + length, ticket.Began + (long)Longest.TotalMilliseconds);
        return ticket.Key is null || now - ticket.Renewed < length / Renewals || until <= ticket.Until
            ? null
            : ticket with { Renewed = now, Until = until };
    }

    /// <summary>Time for which a browser keeps the cookie.</summary>
    public TimeSpan Left(Ticket ticket) => DateTimeOffset.FromUnixTimeMilliseconds(ticket.Until) - wall.GetUtcNow();

    public string Write(Ticket ticket) => Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(ticket, Json)));

    /// <summary>The ticket of a cookie; null when this installation did not write it.</summary>
    public Ticket? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Ticket>(_protector.Unprotect(Base64Url.DecodeFromChars(text)), Json);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    private Ticket Begin(string holder, Role role, string? environment, string? key, string? name)
    {
        var now = wall.GetUtcNow().ToUnixTimeMilliseconds();
        return new Ticket(
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)), holder, role, environment, key, name, now, now,
            now + (long)settings.Length.TotalMilliseconds, world.Current.Timeline);
    }
}
