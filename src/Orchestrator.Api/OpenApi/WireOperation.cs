using System.Collections.Frozen;
using System.Reflection;
using Orchestrator.Api.Client;

namespace Orchestrator.Api.OpenApi;

/// <summary>An operation as the client declares it, with all its forms.</summary>
/// <param name="Main">The operation itself.</param>
/// <param name="Forms">Further forms, such as an answer as text.</param>
internal sealed record WireOperation(OperationAttribute Main, IReadOnlyList<OperationAttribute> Forms)
{
    /// <summary>Operations by method and path: <c>GET /api/v1/rollouts/{id}</c>.</summary>
    public static FrozenDictionary<string, WireOperation> All { get; } = Read();

    /// <summary>The operation itself and its forms.</summary>
    public IEnumerable<OperationAttribute> Each => Forms.Prepend(Main);

    /// <summary>Every method of the client that declares an operation.</summary>
    public static IEnumerable<(MethodInfo Method, OperationAttribute Operation)> Methods() =>
        from type in typeof(ApiClient).Assembly.GetExportedTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let operation = method.GetCustomAttribute<OperationAttribute>()
        where operation is not null
        select (method, operation);

    /// <summary>Name of an operation in <see cref="All"/>.</summary>
    public static string Name(string method, string path) => $"{method} {path}";

    private static FrozenDictionary<string, WireOperation> Read() => Methods().Select(one => one.Operation)
        .GroupBy(one => Name(one.Method, one.Path), StringComparer.Ordinal)
        .ToFrozenDictionary(
            group => group.Key,
            group => new WireOperation(group.Single(one => one.Form is null), [.. group.Where(one => one.Form is not null)]),
            StringComparer.Ordinal);
}
