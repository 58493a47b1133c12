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

    /// <summary>Reads a resource as JSON.</summary>
    public static Task<JsonElement> Get(this Invocation invocation, string path, CancellationToken stop) => invocation.Api.Get(path, stop);

    /// <summary>Reads a resource as JSON.</summary>
    public static async Task<JsonElement> Get(this ApiClient api, string path, CancellationToken stop) =>
        Json((await api.Send(new RawRequest(HttpMethod.Get, path), stop)).EnsureSuccess());

    /// <summary>Reads a resource as text of a media type.</summary>
    public static async Task<string> Text(this Invocation invocation, string path, string media, CancellationToken stop) =>
        (await invocation.Raw(new RawRequest(HttpMethod.Get, path) { Accept = media }, stop)).Text;

    /// <summary>Asks a question that is posted, and changes nothing.</summary>
    public static async Task<JsonElement> Ask(this Invocation invocation, string path, JsonNode body, CancellationToken stop) =>
        Json(await invocation.Raw(new RawRequest(HttpMethod.Post, path) { Body = Bytes(body), Repeatable = true }, stop));

    /// <summary>A command with a JSON body. Its key makes a second attempt, on another server, harmless.</summary>
    /// <param name="invocation">The run.</param>
    /// <param name="method">POST, PUT or DELETE.</param>
    /// <param name="path">Path.</param>
    /// <param name="body">Body; null for none.</param>
    /// <param name="stop">Interrupts the wait for the answer.</param>
    /// <param name="version">Version that the resource must still have; null for any.</param>
    public static async Task<CommandAnswer> Send(
        this Invocation invocation, HttpMethod method, string path, JsonNode? body, CancellationToken stop, long? version = null)
    {
        List<KeyValuePair<string, string>> headers = [new("Idempotency-Key", Guid.NewGuid().ToString("N"))];
        if (version is { } expected)
        {
            headers.Add(new("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{expected}\"")));
        }

        var raw = await invocation.Raw(new RawRequest(method, path) { Body = body is null ? null : Bytes(body), Headers = headers }, stop);
        return new CommandAnswer(raw.Status, raw.Text.Length == 0 ? default : Json(raw));
    }

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

    private static async Task<RawAnswer> Raw(this Invocation invocation, RawRequest request, CancellationToken stop) =>
        (await invocation.Api.Send(request, stop)).EnsureSuccess();

    private static byte[] Bytes(JsonNode body) => System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());

    private static JsonElement Json(RawAnswer raw)
    {
        try
        {
            using var document = JsonDocument.Parse(raw.Text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new Failure(ExitCode.Failed, $"{raw.Server} answered with something that is no JSON. Is it a server of the Rollout Orchestrator?");
        }
    }
}

/// <summary>Answer to a command.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Json">Body; undefined for none.</param>
internal sealed record CommandAnswer(int Status, JsonElement Json);
