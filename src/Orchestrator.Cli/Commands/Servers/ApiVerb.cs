using System.CommandLine;
using System.Text;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Servers;

/// <summary>Any request of the HTTP API with the servers and the credentials of the context, for what has no verb of its own.</summary>
internal static class ApiVerb
{
    public static Verb Of()
    {
        var target = new Argument<string>("path") { Description = "Path and query, percent-encoded, from / on" };
        Option<string?> method = new("--method", "-X") { Description = "HTTP method. Default: GET; with --data POST", HelpName = "name" };
        method.AcceptOnlyFromAmong("GET", "POST", "PUT", "DELETE");
        Option<string?> data = new("--data", "-d") { Description = "File with the body; - for stdin", HelpName = "file" };
        Option<string> type = new("--type") { Description = "Media type of the body", HelpName = "type", DefaultValueFactory = _ => "application/json" };
        Option<string?> accept = new("--accept") { Description = "Media type of the answer", HelpName = "type" };
        Option<string[]> header = new("--header", "-H") { Description = "Further header, such as 'If-Match: \"4\"'; may be repeated", HelpName = "name: value" };
        return new Verb("api", "Send any request to the HTTP API, and write the answer as it is",
            "rollout api '/api/v1/rollouts/checkout/series?metric=error_rate'", "rollout api /api/v1/plans/validate --data plan.yaml --type application/yaml")
            .With(target, method, data, type, accept, header).Does(async (invocation, stop) =>
            {
                var body = invocation.Value(data) is { } file ? Inputs.Text(invocation, file) : null;
                var answer = (await invocation.Api.Send(
                    new RawRequest(new HttpMethod(invocation.Value(method) ?? (body is null ? "GET" : "POST")), Local(invocation.Value(target)))
                    {
                        Body = body is null ? null : Encoding.UTF8.GetBytes(body),
                        MediaType = invocation.Value(type)!,
                        Accept = invocation.Value(accept),
                        Headers = [.. (invocation.Value(header) ?? []).Select(Header)],
                    },
                    stop)).EnsureSuccess();
                if (answer.Text.Length > 0)
                {
                    invocation.Terminal.Out.Write(answer.Text.EndsWith('\n') ? answer.Text : answer.Text + "\n");
                }

                return ExitCode.Success;
            });
    }

    /// <summary>A path of the servers of the context: the credentials go to no other host.</summary>
    private static string Local(string target) =>
        target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal) && !target.Contains('\\')
        ? target
        : throw Failure.Invalid($"The path is \"{target}\"; it must begin with one / and have no host, such as /api/v1/rollouts.");

    private static KeyValuePair<string, string> Header(string written) =>
        written.Split(':', 2) is [{ Length: > 0 } name, var value]
            ? new(name.Trim(), value.Trim())
            : throw Failure.Invalid($"The header is \"{written}\"; it must be a name, a colon and a value.");
}
