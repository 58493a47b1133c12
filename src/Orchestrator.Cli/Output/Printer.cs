using System.Text.Json;
using System.Text.Json.Nodes;
using Newtonsoft.Json.Linq;
using Spectre.Console;
using YamlDotNet.Serialization;

namespace Orchestrator.Cli.Output;

/// <summary>Writes results to stdout in the form that <c>--output</c> names.</summary>
internal sealed class Printer(Terminal terminal, OutputFormat format)
{
    public OutputFormat Format => format;

    /// <summary>A list, as a table with a row for each item.</summary>
    /// <param name="answer">Whole answer of the server, which json, yaml and jsonpath show.</param>
    /// <param name="items">Member with the list; empty when the answer is the list.</param>
    /// <param name="name">Name of an item: <c>rollout/checkout</c>.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="empty">Sentence for an empty list, on stderr.</param>
    public void List(JsonElement answer, string items, Func<JsonElement, string> name, IReadOnlyList<Column> columns, string empty)
    {
        var rows = answer.Items(items).ToArray();
        if (format.Kind == OutputKind.Name)
        {
            foreach (var row in rows)
            {
                terminal.Out.WriteLine(name(row));
            }

            return;
        }

        if (!format.ForPeople)
        {
            Data(answer);
            return;
        }

        if (rows.Length == 0)
        {
            terminal.Error.WriteLine(empty);
            return;
        }

        Table(columns, [.. rows.Select(row => columns.Select(column => column.Text(row)).ToArray())]);
    }

    /// <summary>One thing.</summary>
    /// <param name="answer">Whole answer of the server.</param>
    /// <param name="name">Its name: <c>rollout/checkout</c>.</param>
    /// <param name="people">Writes it for people.</param>
    public void One(JsonElement answer, string name, Action<IAnsiConsole> people)
    {
        if (format.Kind == OutputKind.Name)
        {
            terminal.Out.WriteLine(name);
        }
        else if (format.ForPeople)
        {
            people(terminal.ConsoleFor(terminal.Out));
        }
        else
        {
            Data(answer);
        }
    }

    /// <summary>A table without lines: columns apart by two spaces, cut at the width of a terminal, whole in a pipe.</summary>
    public void Table(IReadOnlyList<Column> columns, IReadOnlyList<string?[]> rows)
    {
        var shown = Enumerable.Range(0, columns.Count).Where(i => format.Kind == OutputKind.Wide || !columns[i].Wide).ToArray();
        var widths = shown.Select(i => Math.Max(columns[i].Title.Length, rows.Select(row => Cell(row[i]).Length).DefaultIfEmpty().Max()))
            .ToArray();
        var room = terminal.OutIsTerminal ? terminal.Size().Width : int.MaxValue;
        Line([.. shown.Select(i => columns[i].Title)]);
        foreach (var row in rows)
        {
            Line([.. shown.Select(i => Cell(row[i]))]);
        }

        void Line(string[] cells)
        {
            var line = string.Join("  ", cells.Select((cell, at) => columns[shown[at]].Right
                ? cell.PadLeft(widths[at]) : at == cells.Length - 1 ? cell : cell.PadRight(widths[at]))).TrimEnd();
            terminal.Out.WriteLine(line.Length <= room ? line : line[..(room - 1)] + (terminal.Unicode ? "…" : "~"));
        }

        // Text from elsewhere: no line breaks and no control sequences in a cell.
        static string Cell(string? text) => string.IsNullOrEmpty(text) ? "-" : Plain.Line(text);
    }

    /// <summary>JSON, YAML, or what a JSONPath expression selects, a line each.</summary>
    public void Data(JsonElement answer)
    {
        switch (format.Kind)
        {
            case OutputKind.Yaml:
                terminal.Out.Write(Yaml(answer));
                break;
            case OutputKind.JsonPath:
                foreach (var selected in Select(answer))
                {
                    terminal.Out.WriteLine(selected);
                }

                break;
            default:
                terminal.Out.WriteLine(Json.Write(answer));
                break;
        }
    }

    private static string Yaml(JsonElement answer) => new SerializerBuilder().Build().Serialize(Plainly(answer));

    private static object? Plainly(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(member => member.Name, member => Plainly(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Select(Plainly).ToList(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private IEnumerable<string> Select(JsonElement answer)
    {
        try
        {
            using var reader = new Newtonsoft.Json.JsonTextReader(new StringReader(answer.GetRawText()))
            {
                DateParseHandling = Newtonsoft.Json.DateParseHandling.None,
            };
            return [.. JToken.ReadFrom(reader).SelectTokens(format.Path)
                .Select(token => token.Type == JTokenType.String ? (string)token! : token.ToString(Newtonsoft.Json.Formatting.None))];
        }
        catch (Newtonsoft.Json.JsonException error)
        {
            throw Failure.Invalid($"--output: \"{format.Path}\" is no JSONPath expression: {error.Message}");
        }
    }
}
