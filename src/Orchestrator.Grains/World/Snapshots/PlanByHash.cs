using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Plans;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>A plan as its hash. The documents are beside the states, each once (<see cref="PlanTable"/>).</summary>
internal sealed class PlanByHash : JsonConverter<Plan>
{
    public override Plan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PlanTable.Current.Read(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, Plan value, JsonSerializerOptions options)
    {
        PlanTable.Current.Add(value);
        writer.WriteStringValue(value.Hash);
    }
}

/// <summary>The facts of a plan as its hash, beside the documents of plans.</summary>
internal sealed class FactsByHash : JsonConverter<PlanFacts>
{
    public override PlanFacts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PlanTable.Current.ReadFacts(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, PlanFacts value, JsonSerializerOptions options)
    {
        PlanTable.Current.Add(value);
        writer.WriteStringValue(value.Hash);
    }
}

/// <summary>Documents and facts of the plans of the part that this thread reads or writes.</summary>
internal sealed class PlanTable
{
    private const string Facts = "facts/";

    [ThreadStatic]
    private static PlanTable? t_current;

    private readonly SortedDictionary<string, string> _documents;
    private readonly Dictionary<string, Plan> _read = [];
    private readonly Dictionary<string, PlanFacts> _facts = [];

    private PlanTable(SortedDictionary<string, string> documents) => _documents = documents;

    public static PlanTable Current => t_current ?? throw new InvalidOperationException("No part is read or written.");

    /// <summary>The documents by hash, in the order of hashes.</summary>
    public IReadOnlyDictionary<string, string> Documents => _documents;

    /// <summary>Does some work, on this thread alone, with a table of these documents.</summary>
    public static T With<T>(IReadOnlyDictionary<string, string> documents, Func<PlanTable, T> work)
    {
        var table = new PlanTable(new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var (hash, document) in documents)
        {
            table._documents.Add(hash, document);
        }

        t_current = table;
        try
        {
            return work(table);
        }
        finally
        {
            t_current = null;
        }
    }

    public void Add(Plan plan) => _documents.TryAdd(plan.Hash, plan.Document);

    public void Add(PlanFacts facts)
    {
        if (_facts.TryAdd(facts.Hash, facts))
        {
            _documents.Add(Facts + facts.Hash, JsonSerializer.Serialize(facts));
        }
    }

    public PlanFacts ReadFacts(string hash)
    {
        if (!_facts.TryGetValue(hash, out var facts))
        {
            _facts[hash] = facts = _documents.TryGetValue(Facts + hash, out var written) ? JsonSerializer.Deserialize<PlanFacts>(written)!
                : throw new InvalidDataException($"The facts of the plan {hash} are missing.");
        }

        return facts;
    }

    public Plan Read(string hash)
    {
        if (_read.TryGetValue(hash, out var plan))
        {
            return plan;
        }

        if (!_documents.TryGetValue(hash, out var document))
        {
            throw new InvalidDataException($"The plan {hash} is missing.");
        }

        using var parsed = JsonDocument.Parse(document);
        return _read[hash] = PlanDocument.Read(hash, parsed.RootElement);
    }
}
