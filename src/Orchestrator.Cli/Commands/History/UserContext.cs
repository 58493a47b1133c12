using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.History;

/// <summary>A user on a command line: targeting key and attributes.</summary>
internal static class UserContext
{
    public static Argument<string> Key() => new("user") { Description = "Targeting key of the user" };

    public static Option<string[]> Attributes() => new("--attribute", "-a")
    {
        Description = "Attribute of the user, as name=value; the value may be JSON; may be repeated",
        HelpName = "name=value",
    };

    /// <summary>The context of the user as the API takes it.</summary>
    public static JsonObject Of(string? user, IEnumerable<string>? attributes)
    {
        var context = new JsonObject { ["targetingKey"] = user };
        foreach (var attribute in attributes ?? [])
        {
            var (name, value) = attribute.Split('=', 2) is [{ Length: > 0 } given, var text] ? (given, text)
                : throw Failure.Invalid($"--attribute is \"{attribute}\"; it must be name=value.");
            context[name] = Value(value);
        }

        return context;
    }

    /// <summary>A word is a text; JSON is taken as it is.</summary>
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
