using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;

namespace Orchestrator.Cli.Running;

/// <summary>Calls of the API whose answers a command shows as they are: a newer server may say more than this build knows.</summary>
internal static class Calls
{
    /// <summary>A path with its values escaped.</summary>
    public static string Route(FormattableString path) => string.Format(
        CultureInfo.InvariantCulture, path.Format,
        [.. path.GetArguments().Select(value => Uri.EscapeDataString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""))]);

    /// <summary>A path with query values; those that are null are left out.</summary>
    public static string Query(this string path, params (string Name, string? Value)[] values)
    {
        var given = values.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}").ToArray();
        return given.Length == 0 ? path : $"{path}{(path.Contains('?') ? '&' : '?')}{string.Join('&', given)}";
    }

    public static async Task<JsonElement> Get(this Invocation invocation, string path, CancellationToken stop) =>
        (await invocation.Api.Send(HttpMethod.Get, path, stop: stop)).Json;

    /// <summary>A command. Its key makes a second attempt, on another server, harmless.</summary>
    /// <param name="invocation">The run.</param>
    /// <param name="method">POST, PUT or DELETE.</param>
    /// <param name="path">Path.</param>
    /// <param name="body">Body; null for none.</param>
    /// <param name="version">Version that the resource must still have; null for any.</param>
    /// <param name="stop">Interrupts the wait for the answer.</param>
    public static Task<ApiAnswer> Send(
        this Invocation invocation, HttpMethod method, string path, JsonNode? body, CancellationToken stop, long? version = null) =>
        invocation.Api.Send(
            method, path, body is null ? null : ApiBody.Json(body), new CommandOptions { IdempotencyKey = Guid.NewGuid().ToString("N"), ExpectedVersion = version }, stop: stop);

    /// <summary>All pages of a list, as one answer.</summary>
    public static async Task<JsonElement> All(this Invocation invocation, string path, string items, CancellationToken stop)
    {
        JsonArray all = [];
        string? after = null;
        do
        {
            var page = await invocation.Get(path.Query(("after", after), ("limit", "200")), stop);
            foreach (var item in Output.Json.Items(page, items))
            {
                all.Add(JsonNode.Parse(item.GetRawText()));
            }

            after = Output.Json.Text(page, "next");
        }
        while (after is not null && all.Count < MostItems);

        return JsonSerializer.SerializeToElement(new JsonObject { [items] = all });
    }

    /// <summary>Most items that a list reads into memory.</summary>
    private const int MostItems = 100_000;
}
