using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Sdk;

/// <summary>Tables as they are sent, written once for all clients that have the same members.</summary>
internal sealed class TableDocuments
{
    /// <summary>Clients know the members of this table, or of the one before, or none: more ways are not worth keeping.</summary>
    private const int Ways = 4;

    private static readonly string Nobody = Tag("no such environment"u8);
    private readonly ConditionalWeakTable<EnvironmentTable, Written> _written = [];

    /// <summary>The document and its entity tag, which is the same on all nodes and whatever members the client has.</summary>
    public (byte[] Body, string Tag) Of(EnvironmentTable? environment, string name, FrozenSet<string>? unwatched, string have)
    {
        var tags = have.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (environment is null)
        {
            return (TableDocument.Write(null, name, tags.Contains), Nobody);
        }

        var written = _written.GetValue(environment, static made => new Written(made));
        var own = written.Rollouts.Where(rollout => unwatched?.Contains(rollout) == true).Distinct().Order(StringComparer.Ordinal).ToArray();
        var body = written.Body(tags);
        if (own.Length == 0)
        {
            return (body, written.Tag);
        }

        var list = JsonSerializer.SerializeToUtf8Bytes(own);
        return ([.. body.AsSpan(0, body.Length - 1), .. ",\"unwatched\":"u8, .. list, (byte)'}'], Tag([.. Encoding.UTF8.GetBytes(written.Tag), .. list]));
    }

    private static string Tag(ReadOnlySpan<byte> text) => $"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 12))}\"";

    private sealed class Written(EnvironmentTable environment)
    {
        private readonly ConcurrentDictionary<string, byte[]> _bodies = [];
        private string? _tag;

        /// <summary>Made of the document without members, which names them by their tags.</summary>
        public string Tag => _tag ??= Tag(TableDocument.Write(environment, environment.Name, static _ => true));

        public IEnumerable<string> Rollouts
        {
            get
            {
                foreach (var flag in environment.Flags.ToArray())
                {
                    if (flag.Route is { } route)
                    {
                        yield return route.Rollout;
                    }
                }
            }
        }

        public byte[] Body(string[] have)
        {
            var known = environment.Segments.Where(segment => segment.Members.Count > 0).Select(segment => segment.Members.Tag).Intersect(have).ToArray();
            var way = string.Join(',', known);
            if (_bodies.TryGetValue(way, out var body))
            {
                return body;
            }

            body = TableDocument.Write(environment, environment.Name, known.Contains);
            if (_bodies.Count < Ways)
            {
                _bodies.TryAdd(way, body);
            }

            return body;
        }
    }
}
