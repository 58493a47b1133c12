namespace Orchestrator.Cli.Output;

/// <summary>Form of a result on stdout.</summary>
internal enum OutputKind
{
    Table,
    Wide,
    Json,
    Yaml,
    Name,
    JsonPath,
}

/// <summary>Form of a result: <c>table</c>, <c>wide</c>, <c>json</c>, <c>yaml</c>, <c>name</c> or <c>jsonpath=EXPRESSION</c>.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Path">JSONPath expression; empty for other kinds.</param>
internal sealed record OutputFormat(OutputKind Kind, string Path = "")
{
    public const string Forms = "table, wide, json, yaml, name or jsonpath=EXPRESSION";

    public static readonly OutputFormat Table = new(OutputKind.Table);

    /// <summary>True for forms that people read.</summary>
    public bool ForPeople => Kind is OutputKind.Table or OutputKind.Wide;

    /// <summary>Reads a form; null when it is none.</summary>
    public static OutputFormat? Read(string text) => text switch
    {
        "table" => Table,
        "wide" => new OutputFormat(OutputKind.Wide),
        "json" => new OutputFormat(OutputKind.Json),
        "yaml" => new OutputFormat(OutputKind.Yaml),
        "name" => new OutputFormat(OutputKind.Name),
        _ when text.StartsWith("jsonpath=", StringComparison.Ordinal) && text.Length > "jsonpath=".Length =>
            new OutputFormat(OutputKind.JsonPath, Rooted(text["jsonpath=".Length..])),
        _ => null,
    };

    /// <summary>Takes the spelling of kubectl, <c>{.status}</c>, too.</summary>
    private static string Rooted(string path)
    {
        var bare = path.StartsWith('{') && path.EndsWith('}') ? path[1..^1] : path;
        return bare.StartsWith('$') ? bare : bare.StartsWith('.') || bare.StartsWith('[') ? "$" + bare : "$." + bare;
    }
}
