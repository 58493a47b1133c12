using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;

namespace Orchestrator.Domain.Scenarios;

/// <summary>Reads the scenarios of a plan from a document and reports all errors at once.</summary>
public static class ScenarioReader
{
    /// <summary>Most scenarios of one file.</summary>
    public const int Most = 200;

    /// <summary>Most entries of one list of a scenario.</summary>
    private const int MostEntries = 500;

    private static readonly string[] Statuses = [.. Enum.GetValues<RolloutStatus>().Select(ScenarioWords.Status)];

    /// <summary>True for the root of a file of scenarios: it has them, and no phases.</summary>
    public static bool IsScenarios(Node root) =>
        root is Node.Mapping mapping && mapping.Entries.Any(entry => entry.Key == "scenarios") && mapping.Entries.All(entry => entry.Key != "phases");

    /// <summary>Path of the plan in the root of a file; null when it names none.</summary>
    public static string? PlanOf(Node root) => root is Node.Mapping mapping
        && mapping.Entries.FirstOrDefault(entry => entry.Key == "plan")?.Value is Node.Scalar { Type: ScalarType.Text } scalar
            ? scalar.Text
            : null;

    /// <summary>Reads the root of a parsed text.</summary>
    /// <param name="root">The root.</param>
    /// <param name="plan">The plan that the scenarios are about.</param>
    public static ScenarioReading Read(Node root, Plan plan)
    {
        var findings = new Findings();
        ImmutableArray<Scenario> scenarios = [];
        if (new Field(root, "", findings).Mapping(ScenarioKeys.File) is { } file)
        {
            _ = file["plan"]?.Text();
            var common = file["common"];
            if (common is not null && common.Mapping(ScenarioKeys.Common) is null)
            {
                common = null;
            }

            scenarios = Scenarios(file.Require("scenarios"), common?.Node as Node.Mapping, plan);
        }

        // An error in the common part is one error, however many scenarios have it.
        return new ScenarioReading(
            findings.Any ? [] : scenarios, [.. findings.Errors.DistinctBy(error => (error.Line, error.Message, Tail(error.Path)))]);
    }

    private static string Tail(string path) =>
        path.StartsWith("scenarios[", StringComparison.Ordinal) && path.IndexOf(']') is var end and > 0 ? path[(end + 1)..] : path;

    private static ImmutableArray<Scenario> Scenarios(Field? list, Node.Mapping? common, Plan plan)
    {
        var read = ImmutableArray.CreateBuilder<Scenario>();
        var items = list?.Items() ?? [];
        if (items.Length is 0 or > Most)
        {
            list?.Error($"must have 1 to {Most} scenarios, but has {items.Length}");
            return [];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var whole = item.Node is Node.Mapping own && common is not null ? item.At(item.Path, ScenarioMerge.Of(common, own)) : item;
            if (whole.Mapping(ScenarioKeys.Scenario) is not { } mapping)
            {
                continue;
            }

            var reader = new One(plan, mapping);
            var name = mapping.Require("name")?.Name();
            if (name is not null && !names.Add(name))
            {
                mapping["name"]!.Error($"the scenario '{name}' is given twice");
            }

            if (reader.Read(name ?? "") is { } scenario)
            {
                read.Add(scenario with { Line = item.Node.Line });
            }
        }

        return read.ToImmutable();
    }

    /// <summary>Reads one scenario.</summary>
    private sealed class One(Plan plan, MappingReader mapping)
    {
        private readonly string[] _steps = [.. plan.Phases.SelectMany(phase => phase.Steps).Select(step => step.Name)];
        private readonly Dictionary<string, int> _lengths = [];

        private readonly string[] _triggers =
        [
            .. from phase in plan.Phases.Index()
               from step in phase.Item.Steps.Index()
               from trigger in RulesInForce.Triggers(plan, phase.Index, step.Index)
               select trigger.Name,
        ];

        public Scenario? Read(string name)
        {
            var length = mapping.Require("length")?.Duration(positive: true);
            var sampling = mapping["sampling"]?.Duration(positive: true) ?? TimeSpan.Zero;
            var traffic = mapping.Require("traffic") is { } field ? Level(field, Rate) : null;
            var signals = mapping["signals"] is { } given ? Signals(given) : VariantSignals.None;
            var scenario = new Scenario
            {
                Name = name,
                Title = mapping["title"]?.Text(),
                Seed = mapping["seed"]?.Whole(0, int.MaxValue) ?? 1,
                Start = mapping["start"] is { } start ? Instant(start) : Scenario.Monday,
                Environment = mapping["environment"]?.Name(underscore: false) ?? "production",
                Begin = mapping["begin"] is { } begin ? Known(begin, "step", _steps) : null,
                Length = length ?? TimeSpan.FromHours(1),
                SamplingFloor = sampling,
                Traffic = traffic ?? new SignalLevel(0),
                Counters = mapping["counters"] is { } counters ? Counters(counters) : [],
                Signals = signals,
                Segments = mapping["segments"] is { } segments ? Segments(segments) : [],
                Silences = List("silences", ScenarioKeys.Silence, Silence),
                Restarts = List("restarts", ScenarioKeys.Restart, Restart),
                Alerts = List("alerts", ScenarioKeys.Alert, Alert),
                Reviews = List("reviews", ScenarioKeys.Review, Answer),
                ObjectivesAfter = mapping["objectives"]?.Mapping(ScenarioKeys.Objectives)?.Require("after")?.Duration(),
                Commands = List("commands", ScenarioKeys.Command, Command),
                Expect = mapping["expect"]?.Mapping(ScenarioKeys.Expect) is { } expect ? Expect(expect) : new ExpectedOutcome(),
            };
            if (length is { } whole)
            {
                CheckLength(whole, sampling);
            }

            CheckSegments(scenario);
            return scenario;
        }

        private void CheckLength(TimeSpan length, TimeSpan sampling)
        {
            var every = sampling > plan.Judgement.Sampling ? sampling : plan.Judgement.Sampling;
            if (length / every > Scenario.MostRounds)
            {
                mapping["length"]!.Error(
                    $"{Durations.Format(length)} at a sample every {Durations.Format(every)} has more than {Scenario.MostRounds} rounds; give a longer 'sampling', or begin at a later step");
            }
        }

        private void CheckSegments(Scenario scenario)
        {
            if (scenario.Segments.Sum(segment => (long)segment.Share.Thousandths) > Share.All.Thousandths)
            {
                mapping["segments"]!.Error("the shares of the segments are more than 100% together; segments of a scenario do not overlap");
            }

            var needed = plan.Phases.SelectMany(phase => phase.Steps)
                .SelectMany(step => step.Segments.Concat(step.Shares.Select(share => share.Segment))).Distinct();
            foreach (var key in needed.Where(key => scenario.Segments.All(one => one.Key != key)))
            {
                mapping.Field.Error($"'segments.{key}' is missing: a step takes the segment to new, so the scenario gives the share of users who belong to it");
            }
        }

        private DateTimeOffset Instant(Field field)
        {
            // Without an offset the machine's own zone would decide.
            if (field.Node is Node.Scalar { Type: ScalarType.Text } scalar
                && DateTimeOffset.TryParse(scalar.Text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
                && (scalar.Text.EndsWith('Z') || scalar.Text is [.., '+' or '-', _, _, ':', _, _]) && at.Year is >= 1971 and < 9000)
            {
                return at.ToUniversalTime();
            }

            field.Error($"must be an RFC 3339 time such as 2026-03-02T09:00:00Z, but is {field.Described}");
            return Scenario.Monday;
        }

        private static string? Known(Field field, string what, string[] known)
        {
            var name = field.Node is Node.Scalar { Type: ScalarType.Number } number ? number.Text : field.Text();
            if (name is not null && !known.Contains(name))
            {
                field.Error($"unknown {what} '{Field.Short(name)}'{field.Findings.Hint(name, known)}");
                return null;
            }

            return name;
        }

        private ImmutableArray<T> List<T>(string key, MappingKeys keys, Func<MappingReader, T?> read)
            where T : class =>
            mapping[key] is { } field ? Items(field, keys, read) : [];

        private static ImmutableArray<T> Items<T>(Field field, MappingKeys keys, Func<MappingReader, T?> read)
            where T : class
        {
            var items = field.Items();
            if (items.Length > MostEntries)
            {
                field.Error($"must have at most {MostEntries} entries, but has {items.Length}");
                return [];
            }

            return [.. items.Select(item => item.Mapping(keys)).OfType<MappingReader>().Select(read).OfType<T>()];
        }

        private Anchor Anchor(MappingReader entry, bool required = true)
        {
            var step = entry["step"] is { } of ? Known(of, "step", _steps) : null;
            if (required && entry["at"] is null && entry["step"] is null)
            {
                entry.Field.Error("'at' is missing: the time from the start of the scenario, or from the first begin of 'step'");
            }

            return new Anchor(step, entry["at"]?.Duration() ?? TimeSpan.Zero);
        }

        private ScenarioSpan? Span(MappingReader entry) =>
            (Anchor(entry), entry.Require("for")?.Duration(positive: true)) is ({ } at, { } length) ? new ScenarioSpan(at, length) : null;

        private Silence? Silence(MappingReader entry)
        {
            var of = entry.Require("of")?.OneOf("sender", "new", "legacy", "shadow");
            return Span(entry) is { } span && of is not null ? new Silence(Enum.Parse<Sender>(of, ignoreCase: true), span) : null;
        }

        private ScenarioRestart? Restart(MappingReader entry)
        {
            var late = entry["samples"]?.OneOf("fate of the samples", "lost", "late") == "late";
            return Span(entry) is { } span ? new ScenarioRestart(span, late) : null;
        }

        private ScenarioAlert? Alert(MappingReader entry)
        {
            var name = entry.Require("name")?.Text(500);
            return Span(entry) is { } span && name is not null ? new ScenarioAlert(name, span) : null;
        }

        private ReviewAnswer? Answer(MappingReader entry)
        {
            var decision = entry.Require("decide")?.OneOf("answer", "approve", "reject", "none");
            var step = entry["step"] is { } of ? Known(of, "step", _steps) : null;
            var trigger = entry["trigger"] is { } by ? Known(by, "trigger", _triggers) : null;
            var after = entry["after"]?.Duration() ?? TimeSpan.Zero;
            var reason = entry["reason"]?.Text();
            return decision is null ? null
                : new ReviewAnswer(Enum.Parse<ReviewDecisionKind>(decision, ignoreCase: true), after, step, trigger, reason);
        }

        private ScenarioCommand? Command(MappingReader entry)
        {
            var verb = entry.Require("do")?.OneOf("command", ScenarioCommand.Verbs.AsSpan());
            var at = Anchor(entry);
            var segments = entry.Items("segments").Each(Segment);
            return verb is null ? null : new ScenarioCommand(at, verb, entry["reason"]?.Text(), segments);
        }

        private string? Segment(Field field) => Known(field, "segment", [.. plan.Segments.Select(segment => segment.Key)]);

        private ImmutableArray<ScenarioSegment> Segments(Field field)
        {
            var read = ImmutableArray.CreateBuilder<ScenarioSegment>();
            foreach (var (key, value) in field.Named("segments"))
            {
                if (plan.Segments.All(segment => segment.Key != key))
                {
                    value.Error($"unknown segment '{Field.Short(key)}'{field.Findings.Hint(key, plan.Segments.Select(segment => segment.Key))}");
                    continue;
                }

                if (value.Mapping(ScenarioKeys.Segment) is { } segment)
                {
                    var share = segment.Require("share")?.Percentage() ?? Share.None;
                    read.Add(new ScenarioSegment(key, share, segment["signals"] is { } own ? Signals(own) : VariantSignals.None));
                }
            }

            return read.ToImmutable();
        }

        private VariantSignals Signals(Field field) => field.Mapping(ScenarioKeys.Signals) is { } given
            ? new VariantSignals(Metrics(given["new"]), Metrics(given["legacy"]), Metrics(given["shadow"]))
            : VariantSignals.None;

        private ImmutableArray<MetricLevel> Metrics(Field? field)
        {
            var read = ImmutableArray.CreateBuilder<MetricLevel>();
            foreach (var (name, value) in field?.Named("metrics") ?? [])
            {
                if (plan.Metric(name) is not { } metric)
                {
                    value.Error($"unknown metric '{Field.Short(name)}'{value.Findings.Hint(name, plan.Metrics.Select(one => one.Name))}");
                }
                else if (metric.Source is MetricSource.Count { Series: KnownSeries.Requests }
                    or MetricSource.Rate { Series: KnownSeries.Requests })
                {
                    value.Error($"'{name}' counts requests, which 'traffic' gives");
                }
                else if (Level(value, text => Value(metric, text)) is { } level)
                {
                    read.Add(new MetricLevel(metric, level));
                }
            }

            return read.ToImmutable();
        }

        private ImmutableArray<CounterLevel> Counters(Field field)
        {
            var read = ImmutableArray.CreateBuilder<CounterLevel>();
            foreach (var (name, value) in field.Named("counters"))
            {
                if (name == KnownSeries.Requests)
                {
                    value.Error("the counter 'requests' comes from 'traffic'");
                }
                else if (Level(value, Rate) is { } level)
                {
                    read.Add(new CounterLevel(name, level));
                }
            }

            return read.ToImmutable();
        }

        private static (double? Value, string Rule) Rate(string text) => ScenarioNumbers.Rate(text);

        private static (double? Value, string Rule) Value(Metric metric, string text) => ScenarioNumbers.Of(metric, text);

        /// <summary>A number alone, or with its changes.</summary>
        private SignalLevel? Level(Field field, Func<string, (double? Value, string Rule)> parse)
        {
            if (field.Node is Node.Scalar)
            {
                return Number(field, parse) is { } constant ? new SignalLevel(constant) : null;
            }

            if (field.Mapping(ScenarioKeys.Level) is not { } given)
            {
                return null;
            }

            var first = given.Require("base") is { } value ? Number(value, parse) : null;
            var noise = given["noise"]?.Fraction() ?? 0;
            var season = given["season"]?.Mapping(ScenarioKeys.Season) is { } swing ? Season(swing) : null;
            var changes = given["changes"] is { } list ? Items(list, ScenarioKeys.Change, entry => Change(entry, parse)) : [];
            return first is { } begin ? new SignalLevel(begin) { Noise = noise, Season = season, Changes = changes } : null;
        }

        private static Season? Season(MappingReader swing)
        {
            var every = swing.Require("every")?.Duration(positive: true);
            var amplitude = swing.Require("amplitude")?.Fraction();
            var peak = swing["peak"]?.Duration() ?? TimeSpan.Zero;
            return every is { } period && amplitude is { } part ? new Season(period, part, peak) : null;
        }

        private LevelChange? Change(MappingReader entry, Func<string, (double? Value, string Rule)> parse)
        {
            var at = Anchor(entry);
            var gap = entry["gap"]?.Duration(positive: true);
            var over = entry["over"]?.Duration() ?? TimeSpan.Zero;
            if ((entry["gap"] is null) == (entry["to"] is null))
            {
                entry.Field.Error("must have either 'to' or 'gap'");
                return null;
            }

            return gap is not null ? new LevelChange(at, 0, TimeSpan.Zero, gap)
                : entry["to"] is { } to && Number(to, parse) is { } number ? new LevelChange(at, number, over, null)
                : null;
        }

        private static double? Number(Field field, Func<string, (double? Value, string Rule)> parse)
        {
            if (field.Node is not Node.Scalar { Type: ScalarType.Text or ScalarType.Number } scalar)
            {
                field.Error($"must be a number, but is {field.Described}");
                return null;
            }

            var (value, rule) = parse(scalar.Text);
            if (value is null)
            {
                field.Error($"must be {rule}, but is '{Field.Short(scalar.Text)}'");
            }

            return value;
        }

        private ExpectedOutcome Expect(MappingReader expect) => new()
        {
            Status = expect["status"] is { } status && Status(status) is { } ends ? At(status, ends) : null,
            Step = expect["step"] is { } step && Known(step, "step", _steps) is { } name ? At(step, name) : null,
            Percentage = expect["percentage"] is { } share && share.Percentage() is { } percent ? At(share, percent) : null,
            Incidents = expect["incidents"] is { } number && number.Whole(0) is { } count ? At(number, count) : null,
            Fires = expect["fires"] is { } fires
                ? At(fires, fires.Items().Select(item => Known(item, "trigger", _triggers)).OfType<string>().ToImmutableArray())
                : null,
            RollsBack = expect["rollsBack"] is { } back && back.Mapping(ScenarioKeys.RollsBack) is { } rollback ? RollsBack(back, rollback) : null,
            Reached = expect["reached"] is { } reached ? Items(reached, ScenarioKeys.Reached, Reached) : [],
            At = expect["at"] is { } instants ? Items(instants, ScenarioKeys.Instant, Instant) : [],
        };

        private static Expected<T> At<T>(Field field, T value) => new(value, field.Node.Line);

        private static RolloutStatus? Status(Field field) =>
            field.OneOf("status", Statuses) is { } word
                ? Enum.GetValues<RolloutStatus>().First(status => ScenarioWords.Status(status) == word)
                : null;

        private Expected<ExpectedRollback>? RollsBack(Field field, MappingReader rollback)
        {
            var by = rollback.Require("by") is { } trigger ? Known(trigger, "trigger", _triggers) : null;
            var from = Anchor(rollback, required: false);
            var within = rollback["within"]?.Duration(positive: true);
            return by is null ? null : At(field, new ExpectedRollback(by, from, within));
        }

        private Expected<ExpectedStep>? Reached(MappingReader entry)
        {
            var step = entry.Require("step") is { } of ? Known(of, "step", _steps) : null;
            var (by, from) = (entry["by"]?.Duration(), entry["notBefore"]?.Duration());
            return step is null ? null : At(entry.Field, new ExpectedStep(step, by, from));
        }

        private Expected<ExpectedInstant>? Instant(MappingReader entry)
        {
            var at = Anchor(entry);
            var status = entry["status"] is { } given ? Status(given) : null;
            var step = entry["in"] is { } of ? Known(of, "step", _steps) : null;
            var share = entry["percentage"]?.Percentage();
            if (entry["status"] is null && entry["in"] is null && entry["percentage"] is null)
            {
                entry.Field.Error("must have at least one of status, in, percentage");
            }

            return At(entry.Field, new ExpectedInstant(at, status, step, share));
        }
    }
}

/// <summary>Result of reading a file of scenarios.</summary>
/// <param name="Scenarios">The scenarios; empty when there is any error.</param>
/// <param name="Errors">All errors, by line.</param>
public sealed record ScenarioReading(ImmutableArray<Scenario> Scenarios, ImmutableArray<InputError> Errors);
