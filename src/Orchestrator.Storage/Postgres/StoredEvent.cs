using System.Text;
using System.Text.Json;
using Npgsql;
using Orchestrator.Domain.Events;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// The data of an event in Marten's table, beside its place. <c>jsonb</c> rewrites numbers and the order of keys, but never a string. So
/// the event's own JSON is stored as a string, and its bytes stay the bytes that were hashed. In SQL it is
/// <c>(data-&gt;&gt;'Json')::jsonb</c>.
/// </summary>
internal sealed record StoredEvent(
    int Schema, long At, int ActorKind, string ActorId, string? ActorRole, string? Cause, string? Correlation, string CommandId,
    string Json, byte[] Hash)
{
    /// <summary>Columns of <c>mt_events</c> that <see cref="Read"/> expects.</summary>
    public const string Columns = "seq_id, stream_id, version, id, type, data";

    private static readonly StoredEvent Unreadable = new(0, 0, 0, "", null, null, null, "", "", []);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">PostgreSQL cannot store it: a null character, or data that are not UTF-8.</exception>
    public static StoredEvent Of(RecordedEvent e) => new(
        e.Schema, e.At.UtcTicks, (int)e.Actor.Kind, Kept(e.Actor.Id), Kept(e.Actor.Role), Kept(e.Cause), Kept(e.Correlation),
        Kept(e.CommandId), Kept(Strict.GetString(e.Data.Span)), e.Hash.ToArray());

    public static RecordedEvent Read(NpgsqlDataReader row)
    {
        var stored = Stored(row.GetFieldValue<byte[]>(5));
        return new RecordedEvent
        {
            Position = row.GetInt64(0),
            Stream = row.GetString(1),
            Version = row.GetInt64(2),
            Id = row.GetGuid(3),
            Type = row.GetString(4),
            Schema = stored.Schema,
            At = new DateTimeOffset(Math.Clamp(stored.At, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
            Actor = new Actor((ActorKind)stored.ActorKind, stored.ActorId, stored.ActorRole),
            Cause = stored.Cause,
            Correlation = stored.Correlation,
            CommandId = stored.CommandId,
            Data = Encoding.UTF8.GetBytes(stored.Json ?? ""),
            Hash = stored.Hash,
        };
    }

    /// <summary>Reads an edited row too: its hash does not match, and the other streams go on.</summary>
    private static StoredEvent Stored(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredEvent>(json) ?? Unreadable;
        }
        catch (JsonException)
        {
            return Unreadable;
        }
    }

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Kept(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true
        ? throw new ArgumentException("PostgreSQL stores no text with a null character.", nameof(text))
        : text;
}
