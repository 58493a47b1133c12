using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Client;
using Orchestrator.Api.OpenApi;
using Orchestrator.Api.Requests;

namespace Orchestrator.Silo.Tests.OpenApi;

/// <summary>
/// Document, server and typed client say the same: every address is described and has a method, and every operation was called on a real
/// silo. With <c>WRITE_DOCS=1</c> the examples of the document are recorded again.
/// </summary>
public sealed partial class WireTests(WireScenario scenario) : IClassFixture<WireScenario>
{
    private const string Json = "application/json";

    /// <summary>Answers that take a fault to get: tests of the fault have them.</summary>
    private static readonly (string Operation, int Status)[] NotSeen = [("POST /api/v1/rollouts/{id}/rollback", 202)];

    /// <summary>Operations with an empty object as their body or answer, which needs no example.</summary>
    private static readonly string[] Empty =
        ["POST /v1/metrics", "POST /api/v1/rollouts/{id}/otlp/v1/metrics", "POST /api/v1/plans/{name}/flags"];

    private Dictionary<string, JsonElement> Operations { get; } = (
        from path in scenario.Document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (Name: WireOperation.Name(method.Name.ToUpperInvariant(), path.Name), method.Value))
        .ToDictionary(one => one.Name, one => one.Value);

    [Fact]
    public void Every_address_has_one_method_of_the_client_and_no_method_is_left()
    {
        var routes = scenario.Silo.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<EndpointDescription>() is not null)
            .Select(route => WireOperation.Name(
                route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single(), route.RoutePattern.RawText!))
            .Order(StringComparer.Ordinal).ToArray();
        var methods = WireOperation.Methods().Where(one => one.Operation.Form is null)
            .Select(one => WireOperation.Name(one.Operation.Method, one.Operation.Path)).Order(StringComparer.Ordinal);
        Assert.True(routes.Length > 80, $"{routes.Length} addresses");
        Assert.Equal(routes, methods);
        Assert.Equal(routes, Operations.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_operation_has_shapes_examples_and_codes()
    {
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            Record();
            return;
        }

        var lacks = new List<string>();
        foreach (var (name, operation) in Operations)
        {
            var success = operation.GetProperty("responses").EnumerateObject().Where(one => one.Name[0] == '2').ToArray();
            Need(success.Length > 0, $"{name}: a success");
            foreach (var (status, media, content) in success.SelectMany(Contents))
            {
                Need(IsShape(content), $"{name}: the shape of {status} {media}");
                Need(
                    content.TryGetProperty("example", out _) || media == "text/event-stream" || Empty.Contains(name)
                        || NotSeen.Contains((name, int.Parse(status))),
                    $"{name}: an example of {status} {media}");
            }

            if (operation.TryGetProperty("requestBody", out var body))
            {
                Need(body.GetProperty("content").EnumerateObject().All(one => IsShape(one.Value)), $"{name}: the shape of its body");
                Need(
                    Empty.Contains(name) || body.GetProperty("content").EnumerateObject().Any(one => one.Value.TryGetProperty("example", out _)),
                    $"{name}: an example of its body");
            }

            foreach (var status in (string[])["401", "403", "500", "503"])
            {
                Need(Codes(operation, status).Length > 0, $"{name}: codes of {status}");
            }

            foreach (var parameter in operation.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToArray() : [])
            {
                Need(IsShape(parameter), $"{name}: the shape of {parameter.GetProperty("name")}");
                Need(
                    parameter.GetProperty("in").GetString() == "path" || parameter.TryGetProperty("description", out _),
                    $"{name}: a sentence about {parameter.GetProperty("name")}");
            }

            void Need(bool holds, string what)
            {
                if (!holds)
                {
                    lacks.Add(what);
                }
            }
        }

        Assert.True(lacks.Count == 0, string.Join("\n", lacks));
    }

    [Fact]
    public async Task Every_operation_answers_in_the_shape_of_the_document_and_takes_bodies_of_it()
    {
        var schemas = await Schemas();
        var faults = new List<string>();
        var seen = new HashSet<string>();
        foreach (var exchange in scenario.Exchanges.Where(one => one.Status is >= 200 and < 300))
        {
            seen.Add($"{exchange.Operation} {exchange.Status}");
            if (exchange.Media == Json)
            {
                faults.AddRange(schemas.Faults($"{exchange.Operation} {exchange.Status}", exchange.Text).Select(fault => $"{exchange.Operation} {exchange.Status}: {fault}"));
            }

            if (exchange.Body is { Length: > 0 } body && WireOperation.All[exchange.Operation].Main.Body is not null)
            {
                faults.AddRange(schemas.Faults($"{exchange.Operation} body", body).Select(fault => $"{exchange.Operation} body: {fault}"));
            }
        }

        var described = Operations.SelectMany(one => one.Value.GetProperty("responses").EnumerateObject()
            .Where(response => response.Name[0] == '2').Select(response => $"{one.Key} {response.Name}"));
        Assert.Empty(faults.Distinct());
        Assert.Equal(
            NotSeen.Select(one => $"{one.Operation} {one.Status}").Order(StringComparer.Ordinal),
            described.Except(seen).Order(StringComparer.Ordinal));
        Assert.Empty(seen.Except(described));
    }

    [Fact]
    public void Client_reads_every_answer_without_loss()
    {
        var lost = new List<string>();
        foreach (var exchange in scenario.Exchanges.Where(one => one.Status is >= 200 and < 300 && one.Media == Json))
        {
            var operation = WireOperation.All[exchange.Operation];
            var written = operation.Each.SelectMany(one => (Type?[])[one.Answer, one.OtherAnswer, one.Accepted]).OfType<Type>().Distinct()
                .Select(type => Again(exchange.Text, type)).ToArray();
            using var text = JsonDocument.Parse(exchange.Text);
            if (!written.Any(again => again is not null && Same(text.RootElement, again.RootElement)))
            {
                lost.Add($"{exchange.Operation}: {exchange.Text}");
            }
        }

        Assert.Empty(lost);
    }

    [Fact]
    public void Problems_have_codes_that_the_document_names()
    {
        var problems = scenario.Exchanges.Where(one => one.Media == "application/problem+json").ToArray();
        Assert.NotEmpty(problems);
        Assert.All(problems, one => Assert.Contains(
            JsonDocument.Parse(one.Text).RootElement.GetProperty("code").GetString(),
            Codes(Operations[one.Operation], one.Status.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task Bare_calls_are_refused_with_codes_that_the_document_names()
    {
        var unknown = new List<string>();
        foreach (var (name, operation) in Operations.Where(one => !one.Key.EndsWith("/stream", StringComparison.Ordinal)))
        {
            foreach (var body in (string?[])[null, "{", "{ \"unknown\": 1 }"])
            {
                var (method, path) = (name.Split(' ')[0], Names().Replace(name.Split(' ')[1], "none") + "?limit=0");
                using var request = new HttpRequestMessage(new HttpMethod(method), path)
                {
                    Content = body is null || method is "GET" or "DELETE" ? null : Answers.Text(body),
                };
                using var response = await scenario.Silo.Admin.SendAsync(request);
                if ((int)response.StatusCode >= 400)
                {
                    var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
                    var (status, code) = (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()!);
                    if (!Codes(operation, status.ToString(System.Globalization.CultureInfo.InvariantCulture)).Contains(code))
                    {
                        unknown.Add($"{name}: {status} {code}");
                    }
                }
            }
        }

        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public void Codes_of_the_document_are_those_of_the_code()
    {
        var sources = string.Concat(Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("ProblemCodes.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        var codes = Operations.Values.SelectMany(operation => operation.GetProperty("responses").EnumerateObject())
            .SelectMany(response => Codes(response.Value)).Distinct().ToArray();
        Assert.True(codes.Length > 60, $"{codes.Length} codes");
        Assert.DoesNotContain(codes, code => !sources.Contains($"\"{code}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Examples_fit_their_shapes_and_their_bodies_are_read()
    {
        var schemas = await Schemas();
        await using var empty = await SiloHost.Start();
        foreach (var (name, operation) in Operations)
        {
            foreach (var (status, media, content) in operation.GetProperty("responses").EnumerateObject().SelectMany(Contents))
            {
                if (media == Json && content.TryGetProperty("example", out var example))
                {
                    Assert.Equal((name, ""), (name, string.Join("; ", schemas.Faults($"{name} {status}", example.GetRawText()))));
                }
            }

            if (!operation.TryGetProperty("requestBody", out var body))
            {
                continue;
            }

            foreach (var content in body.GetProperty("content").EnumerateObject().Where(one => one.Value.TryGetProperty("example", out _)))
            {
                var example = content.Value.GetProperty("example");
                var text = example.ValueKind == JsonValueKind.String ? example.GetString()! : example.GetRawText();
                using var request = new HttpRequestMessage(new HttpMethod(name.Split(' ')[0]), Names().Replace(name.Split(' ')[1], "none"))
                {
                    Content = Answers.Text(text, content.Name),
                };
                using var response = await empty.Admin.SendAsync(request);
                Assert.True(
                    (int)response.StatusCode is not (400 or 413 or 415 or >= 500), $"{name} answers {(int)response.StatusCode} to its own example");
            }
        }
    }

    /// <summary>Schemas of bodies and answers by operation: <c>GET /api/v1/me 200</c>, <c>POST /api/v1/keys body</c>.</summary>
    private Task<StrictSchemas> Schemas()
    {
        var more = new Dictionary<string, JsonElement>();
        foreach (var (name, operation) in Operations)
        {
            var contents = operation.GetProperty("responses").EnumerateObject().SelectMany(Contents).Where(one => one.Media == Json);
            foreach (var (status, media, content) in contents)
            {
                more[$"{name} {status}"] = content.GetProperty("schema");
            }

            if (operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty(Json, out var json))
            {
                more[$"{name} body"] = json.GetProperty("schema");
            }
        }

        return StrictSchemas.Of(scenario.Document, more);
    }

    private static IEnumerable<(string Status, string Media, JsonElement Content)> Contents(JsonProperty response) =>
        response.Name[0] == '2' && response.Value.TryGetProperty("content", out var content)
            ? content.EnumerateObject().Select(one => (response.Name, one.Name, one.Value))
            : [];

    /// <summary>True for a shape, also one of any JSON.</summary>
    private static bool IsShape(JsonElement content) =>
        content.TryGetProperty("schema", out var schema) && schema.ValueKind is JsonValueKind.Object or JsonValueKind.True;

    private static string[] Codes(JsonElement operation, string status) =>
        operation.GetProperty("responses").TryGetProperty(status, out var response) ? Codes(response) : [];

    private static string[] Codes(JsonElement response) =>
        response.TryGetProperty("x-codes", out var codes) ? [.. codes.EnumerateArray().Select(code => code.GetString()!)] : [];

    private static JsonDocument? Again(string text, Type type)
    {
        try
        {
            var info = WireJson.Default.GetTypeInfo(type)!;
            return JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(text, info), info));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Equal as JSON, where instants are equal as instants.</summary>
    private static bool Same(JsonElement one, JsonElement other) => (one.ValueKind, other.ValueKind) switch
    {
        (JsonValueKind.Object, JsonValueKind.Object) =>
            one.EnumerateObject().Count() == other.EnumerateObject().Count()
            && one.EnumerateObject().All(member => other.TryGetProperty(member.Name, out var twin) && Same(member.Value, twin)),
        (JsonValueKind.Array, JsonValueKind.Array) =>
            one.GetArrayLength() == other.GetArrayLength()
                && one.EnumerateArray().Zip(other.EnumerateArray()).All(pair => Same(pair.First, pair.Second)),
        (JsonValueKind.String, JsonValueKind.String) => one.GetString() == other.GetString()
            || (one.TryGetDateTimeOffset(out var at) && other.TryGetDateTimeOffset(out var again) && at == again),
        _ => JsonElement.DeepEquals(one, other),
    };

    /// <summary>Records the examples. The next build has them.</summary>
    private void Record()
    {
        var examples = new JsonObject();
        foreach (var (name, operation) in Operations.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var calls = scenario.Exchanges.Where(one => one.Operation == name && one.Status is >= 200 and < 300).ToArray();
            var answers = new JsonObject();
            foreach (var call in calls.Where(call => call.Text.Length > 0).DistinctBy(call => (call.Status, call.Media)))
            {
                answers[$"{call.Status} {call.Media}"] = Cut(call.Media == Json ? JsonNode.Parse(Clean(call.Text)) : JsonValue.Create(Clean(call.Text)));
            }

            var example = new JsonObject();
            if (operation.TryGetProperty("requestBody", out _) && calls.FirstOrDefault(call => call.Body is { Length: > 0 }) is { Body: { } body })
            {
                example["body"] = WireOperation.All[name].Main.TakesPlan ? JsonValue.Create(Clean(body)) : JsonNode.Parse(Clean(body));
            }

            example["answers"] = answers;
            examples[name] = example;
        }

        var options = new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        File.WriteAllText(Path.Combine(Root(), "src/Orchestrator.Api/OpenApi/Examples.json"), examples.ToJsonString(options) + "\n");
    }

    /// <summary>Without what differs between machines and what looks like a secret.</summary>
    private static string Clean(string text) => Secrets().Replace(Ports().Replace(text, "rollouts.example.com"), "$1_0123456789")
        .Replace(Environment.MachineName, "silo-1", StringComparison.Ordinal);

    /// <summary>Lists have at most two parts, and texts end after a while.</summary>
    private static JsonNode? Cut(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Select(one => KeyValuePair.Create(one.Key, Cut(one.Value))));
            case JsonArray list:
                return new JsonArray([.. list.Take(2).Select(Cut)]);
            case JsonValue value when value.TryGetValue(out string? text) && text.Length > 600:
                return JsonValue.Create(text[..600] + "…");
            default:
                return node?.DeepClone();
        }
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Names();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Ports();

    [GeneratedRegex(@"\b(rok|whsec)_[0-9A-Za-z_+/=]+")]
    private static partial Regex Secrets();
}
