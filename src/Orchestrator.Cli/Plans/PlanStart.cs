using System.Globalization;
using System.Text;
using Orchestrator.Cli.Output;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Plans;

/// <summary>Asks five questions and writes a plan with comments.</summary>
internal static class PlanStart
{
    private const int MostSteps = 20;
    private const int Attempts = 3;
    private const string Pushed = "pushed";

    /// <summary>Writes a plan.</summary>
    /// <param name="path">File to write; null for the name of the plan.</param>
    /// <param name="yes">True to take every default.</param>
    /// <param name="terminal">Streams.</param>
    public static ExitCode Run(string? path, bool yes, Terminal terminal)
    {
        if (path is not null && Path.Exists(path))
        {
            throw new Failure(ExitCode.Refused, $"{path} exists already; plan init overwrites nothing.");
        }

        string Ask(string question, string standard, Func<string, string?> fault) =>
            yes ? standard : Answer(question, standard, fault, terminal.In, terminal.Error);
        var flag = Ask("1. Key of the flag that the plan decides", "newFeature", text => FlagName.Rule(text) is { } rule ? $"the key {rule}" : null);
        var owner = Ask("2. Team that owns the rollout, and its environment, as team/environment", "platform/production", OwnerFault);
        var steps = Ask("3. Percentages of users, step by step", "5, 25, 50, 100", StepsFault);
        var source = Ask($"4. Source of the error rate: '{Pushed}' by your services, or the address of a Prometheus", Pushed, SourceFault);
        var hold = Ask("5. Least time of each step", "1h", text => Durations.TryParse(text, out var span) && span > TimeSpan.Zero ? null : "a duration such as 30m, 1h or 2d is needed");

        var name = NameOf(flag);
        var file = path ?? $"{name}.yaml";
        if (Path.Exists(file))
        {
            throw new Failure(ExitCode.Refused, $"{file} exists already; plan init overwrites nothing.");
        }

        var text = Text(name, Path.GetFileName(file), flag, owner.Split('/'), Percentages(steps)!, source, hold);
        var reading = PlanText.Read(text);
        if (reading.Plan is null)
        {
            throw Failure.Invalid("These answers make no valid plan.", [.. reading.Errors.Select(one => $"{one.Path}: {one.Message}")]);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        Write(file, text);
        terminal.Out.WriteLine(file);
        var schema = Path.Combine(folder, "plan.schema.json");
        if (!File.Exists(schema))
        {
            Write(schema, PlanSchemas.Plan);
            terminal.Out.WriteLine(Path.Combine(Path.GetDirectoryName(file) ?? "", "plan.schema.json"));
        }

        terminal.Error.WriteLine($"Next: rollout plan explain {file}");
        return ExitCode.Success;
    }

    /// <summary>Asks until the answer is right; an empty one takes the default.</summary>
    private static string Answer(string question, string standard, Func<string, string?> fault, TextReader input, TextWriter error)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            error.Write($"{question} [{standard}]: ");
            if (input.ReadLine()?.Trim() is not { } answer)
            {
                throw Failure.Invalid("There is no answer on stdin. Add --yes to take the defaults.");
            }

            var text = answer.Length == 0 ? standard : answer;
            if (fault(text) is not { } wrong)
            {
                return text;
            }

            error.WriteLine($"\"{Plain.Line(text)}\": {wrong}.");
        }

        throw Failure.Invalid($"No valid answer after {Attempts} attempts.");
    }

    private static string? OwnerFault(string text) =>
        text.Split('/') is [var team, var environment] && IsName(team) && IsName(environment) ? null
        : "a team and an environment are needed, such as checkout/production, each of a-z, 0-9 and -";

    private static string? StepsFault(string text) =>
        Percentages(text) is { } steps && steps[^1] == 100 ? null
        : $"1 to {MostSteps} rising percentages up to 100 are needed, such as 5, 25, 50, 100";

    private static string? SourceFault(string text) =>
        text == Pushed || (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && text.IndexOfAny(['\'', '"', ' ']) < 0) ? null
        : $"'{Pushed}' or an address such as https://prometheus.example.com is needed";

    private static decimal[]? Percentages(string text)
    {
        var parts = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var steps = new decimal[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!decimal.TryParse(parts[i].TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out steps[i])
                || steps[i] is <= 0 or > 100 || Share.OfPercent(steps[i]).Percent != steps[i] || (i > 0 && steps[i] <= steps[i - 1]))
            {
                return null;
            }
        }

        return steps.Length is > 0 and <= MostSteps ? steps : null;
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 63 && text[0] != '-'
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>The flag as the name of a plan: <c>newFeature</c> is <c>new-feature</c>.</summary>
    private static string NameOf(string flag)
    {
        var name = new StringBuilder();
        foreach (var letter in flag)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                name.Append(char.ToLowerInvariant(letter));
            }
            else if (name.Length > 0 && name[^1] != '-')
            {
                name.Append('-');
            }
        }

        var text = name.ToString().Trim('-');
        return text.Length == 0 ? "plan" : text[..Math.Min(63, text.Length)].TrimEnd('-');
    }

    private static string Text(string name, string file, string flag, string[] owner, decimal[] steps, string source, string hold)
    {
        var window = Durations.TryParse(hold, out var least) && least < TimeSpan.FromHours(12) ? hold : "12h";
        var text = new StringBuilder($"""
            # yaml-language-server: $schema=plan.schema.json
            # Progressive rollout of {flag}. Tell it in sentences: rollout plan explain {file}
            plan: {name}
            flag: {Quoted(flag)}

            # Numbers that decide. Services send errors and requests of both variants{(source == Pushed ? " (docs/metrics.md)" : "")}.
            metrics:
              error_rate: {"{"} title: Failed requests, tier: primary, ratio: errors / requests, baseline: legacy {"}"}


            """);
        if (source != Pushed)
        {
            text.Append($$"""
                # Prometheus is asked for them. Change the queries to the names of your counters; $selector marks the variant (docs/sources.md).
                sources:
                  - name: prometheus
                    kind: prometheus
                    url: '{{source}}'
                    variants: { new: 'variant="new"', legacy: 'variant="legacy"' }
                    series:
                      requests: { counter: 'http_requests_total{$selector}' }
                      errors: { counter: 'http_requests_total{$selector,status=~"5.."}', empty: zero }


                """);
        }

        text.Append($$"""
            # What takes users back to legacy, at once and without a person.
            triggers:
              - { name: errors, title: Errors, when: error_rate > 1%, for: 5m, action: rollback }
              # No sign of life of the new variant is no success.
              - { name: silent, title: No sign of life, when: absent(requests), for: 5m, action: rollback }

            # Who says go.
            approvals: { roles: [product, engineering], quorum: 1 }
            teams:
              - { name: {{owner[0]}}, role: engineering, responsibilities: [Watch the rollout in {{owner[1]}}] }

            # Before the first step all users of the environment get this value.
            environments:
              {{owner[1]}}:
                flags:
                  {{Quoted(flag)}}: false

            phases:
              - name: gradual
                steps:

            """.ReplaceLineEndings("\n"));
        foreach (var step in steps)
        {
            text.Append(CultureInfo.InvariantCulture, $"      - {{ percentage: {step}%, hold: {hold} }}\n");
        }

        text.Append($"""
                # Each step ends when its time is over and this holds.
                success:
                  - error_rate < 0.5% over {window}
                # At the end of the phase a person decides.
                review: {"{"} roles: [product, engineering] {"}"}

            """.ReplaceLineEndings("\n"));
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Quoted(string text) =>
        text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') && char.IsAsciiLetter(text[0])
        && text.ToLowerInvariant() is not ("true" or "false" or "null")
            ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Writes a file that does not exist.</summary>
    private static void Write(string path, string text)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
