using System.Reflection;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Events;

/// <summary>
/// Every aggregate has the same cast under the same names, so that a reader of one knows all, and a new one is a copied folder.
/// </summary>
public sealed class AggregateCastTests
{
    private static readonly Type[] States =
    [
        .. typeof(EventCatalog<>).Assembly.GetTypes().Where(type => !type.IsInterface && EventOf(type) is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static TheoryData<string> Aggregates => [.. States.Select(Name)];

    [Fact]
    public void The_aggregates_are_known() => Assert.Equal(["Access", "Environment", "Plan", "Rollout", "Segment"], States.Select(Name));

    [Theory]
    [MemberData(nameof(Aggregates))]
    public void The_cast_stands_in_one_folder(string name)
    {
        var state = State(name);
        string[] cast = [$"{name}State", $"{name}Event", $"{name}Events", $"{name}Command", $"{name}Decider"];

        Assert.All(cast, one => Assert.NotNull(state.Assembly.GetType($"{state.Namespace}.{one}")));
        Assert.Equal($"{name}Event", EventOf(state)!.Name);
        Assert.NotNull(state.GetProperty("Initial", BindingFlags.Public | BindingFlags.Static)?.GetValue(null));
    }

    [Theory]
    [MemberData(nameof(Aggregates))]
    public void Events_have_a_prefix_a_stream_and_a_catalog_of_the_whole_family(string name)
    {
        var family = EventOf(State(name))!;
        var events = State(name).Assembly.GetType($"{State(name).Namespace}.{name}Events")!;
        var prefix = Assert.IsType<string>(events.GetField("Prefix")?.GetRawConstantValue());
        var catalog = events.GetProperty("Catalog", typeof(EventCatalog<>).MakeGenericType(family))?.GetValue(null);
        Assert.NotNull(catalog);

        var names = (IEnumerable<(string Stored, string Public)>)catalog.GetType().GetProperty("Names")!.GetValue(catalog)!;
        Assert.Equal(family.GetNestedTypes().Where(family.IsAssignableFrom).Select(one => one.Name).Order(),
            names.Select(one => one.Public).Order());
        Assert.All(names, one => Assert.StartsWith(name.ToLowerInvariant() + ".", one.Stored, StringComparison.Ordinal));

        var streams = events.GetMethods().Where(method => method.Name == "Stream").ToArray();
        Assert.NotEmpty(streams);
        Assert.All(streams, stream => Assert.StartsWith(
            prefix, (string)stream.Invoke(null, [.. stream.GetParameters().Select(object (_) => "x")])!, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Aggregates))]
    public void The_prefix_is_written_once(string name)
    {
        var events = State(name).Assembly.GetType($"{State(name).Namespace}.{name}Events")!;
        var prefix = (string)events.GetField("Prefix")!.GetRawConstantValue()!;
        var literal = prefix.EndsWith('/') ? $"\"{prefix}" : $"\"{prefix}\"";
        var files = Directory.EnumerateFiles(Source(), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))

            // The command line names things so, and knows no stream.
            .Where(file => !file.Contains("Orchestrator.Cli", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(
                line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Contains(literal, StringComparison.Ordinal)))
            .Select(Path.GetFileName);

        Assert.Equal([$"{name}Events.cs"], files);
    }

    private static Type State(string name) => States.Single(state => Name(state) == name);

    private static string Name(Type state) => state.Name[..^"State".Length];

    private static Type? EventOf(Type type) => type.GetInterfaces()
        .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IAggregateState<,>))?.GenericTypeArguments[1];

    private static string Source([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "src"));
}
