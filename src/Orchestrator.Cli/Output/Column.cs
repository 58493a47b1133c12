using System.Text.Json;

namespace Orchestrator.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Title">Title, in capitals.</param>
/// <param name="Text">Text of a row, from the answer's JSON.</param>
/// <param name="Wide">True for a column of <c>--output wide</c> only.</param>
/// <param name="Right">True for numbers.</param>
internal sealed record Column(string Title, Func<JsonElement, string?> Text, bool Wide = false, bool Right = false);
