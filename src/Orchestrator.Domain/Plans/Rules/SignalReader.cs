using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>Reads alert rules, channels and checks: notifications to people, and probes of systems.</summary>
internal static partial class SignalReader
{
    private const int LongestAlert = 63;

    /// <summary>Time to acknowledge a critical incident, unless the channel has its own.</summary>
    private static readonly TimeSpan EscalateAfter = TimeSpan.FromMinutes(15);

    public static ImmutableArray<Channel> Channels(ImmutableArray<Field> items, PlanScope scope)
    {
        var escalations = new List<(string From, Field To)>();
        var channels =
            PeopleReader.Listed(items, PlanKeys.Channel, "channel", (mapping, name) => Channel(mapping, name, scope, escalations), f => f.Name());

        // All channels are known only here.
        var next = escalations.DistinctBy(e => e.From).ToDictionary(e => e.From, e => (e.To, Name: Known(e.To, scope)));
        foreach (var (from, (field, to)) in next)
        {
            if (Chain(to, next).Take(next.Count + 1).Contains(from))
            {
                field.Error($"'{from}' escalates to itself in the end");
            }
        }

        return channels;

        static IEnumerable<string> Chain(string? name, Dictionary<string, (Field To, string? Name)> next)
        {
            for (; name is not null; name = next.GetValueOrDefault(name).Name)
            {
                yield return name;
            }
        }
    }

    private static Channel? Channel(MappingReader mapping, string name, PlanScope scope, List<(string From, Field To)> escalations)
    {
        scope.Channels.Add(name);
        var title = mapping["title"]?.Text();
        var kind = mapping.Require("kind")?.OneOf("kind of channel", PlanVocabulary.ChannelKinds.AsSpan());
        var levels = mapping.Items("levels").Each(f => f.OneOf("level", PlanVocabulary.Levels.AsSpan()));
        var target = mapping.Require("target") is { } t ? kind == "email" ? Address(t) : Url(t) : null;
        var after = mapping["escalateAfter"]?.Duration(positive: true);
        if (mapping["escalateTo"] is { } to)
        {
            escalations.Add((name, to));
        }
        else
        {
            mapping["escalateAfter"]?.Error("'escalateAfter' needs 'escalateTo', the channel to escalate to");
        }

        return kind is null || target is null
            ? null
            : new Channel(name, kind, target, levels, mapping["escalateTo"]?.Name(), after ?? EscalateAfter) { Title = title };
    }

    public static ImmutableArray<AlertRule> Alerts(ImmutableArray<Field> items, PlanScope scope) => PeopleReader.Listed(
        items, PlanKeys.Alert, "alert", (mapping, name) =>
    {
        var title = mapping["title"]?.Text();
        var happening = mapping["event"]?.OneOf("event", PlanVocabulary.AlertEvents.AsSpan());
        if (mapping["on"] is null == mapping["event"] is null)
        {
            mapping.Field.Error("an alert rule needs exactly one of 'on' (a condition) and 'event'");
        }

        if (mapping["on"] is null && (mapping["for"] ?? mapping["over"]) is { } stray)
        {
            stray.Error("'for' and 'over' belong to a condition under 'on'");
        }

        var rule = mapping["on"] is null ? null : scope.Rule(mapping, "on", mapping["for"], mapping["over"]);
        var action = mapping.Require("action")?.OneOf("action", PlanVocabulary.AlertActions.AsSpan());
        var level = mapping["level"]?.OneOf("level", PlanVocabulary.Levels.AsSpan())
            ?? action switch { AlertRule.ImmediateRollback => "critical", "investigate" => "warning", _ => "info" };
        if (happening is not null && action == AlertRule.ImmediateRollback)
        {
            mapping["action"]!.Warn($"an alert on an event only notifies: {AlertRule.ImmediateRollback} needs a condition under 'on'");
        }

        var channels = mapping.Items("channels").Each(f => Known(f, scope));
        return action is null || (rule is null && happening is null)
            ? null
            : new AlertRule(name, rule, happening, level, action, channels) { Title = title };
    }, AlertName);

    public static ImmutableArray<Check> Checks(ImmutableArray<Field> items, PlanScope scope) => PeopleReader.Listed(
        items, PlanKeys.Check, "check", (mapping, name) =>
    {
        if (mapping["probe"] is null == mapping["when"] is null)
        {
            mapping.Field.Error("a check needs exactly one of 'probe' (a URL) and 'when' (a condition)");
        }

        var probe = mapping["probe"] is { } p ? Url(p) : null;
        var rule = mapping["when"] is { } w ? scope.Rule(w) : null;
        var timeout = mapping["timeout"]?.Duration(positive: true);
        if (timeout is not null && mapping["probe"] is null)
        {
            mapping["timeout"]!.Error("'timeout' belongs to a probe");
        }

        return probe is null && rule is null ? null : new Check(name, mapping["title"]?.Text(), probe, rule, timeout);
    }, f => f.Name());

    private static string? Known(Field field, PlanScope scope)
    {
        if (field.Name() is not { } name)
        {
            return null;
        }

        if (scope.Channels.Contains(name))
        {
            return name;
        }

        field.Error($"unknown channel '{name}'{field.Findings.Hint(name, scope.Channels)} (known: {string.Join(", ", scope.Channels)})");
        return null;
    }

    /// <summary>Alert managers write alert names with capitals, and a plan's alert rules may share those names.</summary>
    private static string? AlertName(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (NameForm.Fits(text, LongestAlert, char.IsAsciiLetterOrDigit, "_-"))
        {
            return text;
        }

        field.Error($"the name {field.Shown} must be 1 to 63 letters, digits, _ and -, and start with a letter or digit");
        return null;
    }

    private static string? Url(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)
        {
            return text;
        }

        field.Error($"must be an http or https address without user and password, but is {field.Shown}");
        return null;
    }

    private static string? Address(Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        if (AddressForm().IsMatch(text))
        {
            return text;
        }

        field.Error($"must be an e-mail address, but is {field.Shown}");
        return null;
    }

    [GeneratedRegex(@"^[^\s@]+@[^\s@]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AddressForm();
}
