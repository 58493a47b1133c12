using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Sdk;

/// <summary>Serialized tables, written once for all clients with the same members.</summary>
internal sealed class TableDocuments
{
    /// <summary>
    /// Most forms kept of one table. Clients have the members of this table, of one of the last before, or none. A form is text and
    /// changes of members, never all members.
    /// </summary>
    private const int Ways = 4;

    private static readonly string NoEnvironment = Tag("no such environment"u8);
    private readonly ConditionalWeakTable<EnvironmentTable, Written> _written = [];

    /// <summary>The entity tag, which is the same on all nodes and for all clients, and the document, written on demand.</summary>
    /// <param name="environment">Null for one without flags.</param>
    /// <param name="name">Its name.</param>
    /// <param name="unwatched">Unwatched rollouts.</param>
    /// <param name="has">Tags of members that the client has.</param>
    /// <param name="format">Format that the client reads.</param>
    public (string Tag, Func<TableText> Text) Of(
        EnvironmentTable? environment, string name, FrozenSet<string>? unwatched, HashSet<string> has, int format)
    {
        if (environment is null)
        {
            return (NoEnvironment, () => TableDocument.Write(null, name, has.Contains, format));
        }

        var written = _written.GetValue(environment, static made => new Written(made));
        var own = written.Rollouts.Where(rollout => unwatched?.Contains(rollout) == true).Distinct().Order(StringComparer.Ordinal)
            .ToArray();
        if (own.Length == 0)
        {
            return (written.Tag, () => written.Text(has, format));
        }

        var list = JsonSerializer.SerializeToUtf8Bytes(own);
        return (Tag([.. Encoding.UTF8.GetBytes(written.Tag), .. list]), () => written.Text(has, format).With("unwatched", list));
    }

    private static string Tag(ReadOnlySpan<byte> text) => $"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 12))}\"";

    private sealed class Written(EnvironmentTable environment)
    {
        /// <summary>Forms of one table; at most <see cref="Ways"/>.</summary>
        private readonly ConcurrentDictionary<string, Lazy<TableText>> _texts = [];
        private string? _tag;

        /// <summary>Hash of the document without members, which names them by their tags.</summary>
        public string Tag => _tag ??= Tag(TableDocument.Write(environment, environment.Name, static _ => true).Bare);

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

        public TableText Text(HashSet<string> has, int format)
        {
            var way = TableDocument.Way(environment, has.Contains, format);
            if (_texts.Count >= Ways && !_texts.ContainsKey(way))
            {
                _texts.Clear();
            }

            // Clients are notified of a change together and fetch together: one writes, the others wait for it.
            return _texts.GetOrAdd(way, _ => new(() => TableDocument.Write(environment, environment.Name, has.Contains, format))).Value;
        }
    }
}
