namespace Orchestrator.Cli.Plans;

/// <summary>JSON Schemas for editors, as the repository publishes them.</summary>
internal static class PlanSchemas
{
    /// <summary>Schema of plans.</summary>
    public static string Plan => Read("plan.schema.json");

    /// <summary>Schema of files of scenarios.</summary>
    public static string Scenarios => Read("scenarios.schema.json");

    private static string Read(string name)
    {
        using var stream = typeof(PlanSchemas).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
