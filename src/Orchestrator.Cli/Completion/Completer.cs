using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Completion;

/// <summary>
/// Ways to go on with a command line. The library's own completion mixes all arguments of a command, whichever is being typed, so that
/// each would be asked for at the server.
/// </summary>
internal static class Completer
{
    /// <summary>Line that asks the shell for names of files.</summary>
    public const string Files = ":files";

    private const int MostItems = 500;
    private const int LongestDetail = 100;
    private static readonly string[] NamesOfFiles = ["path", "paths", "file", "files", "folder", "dir", "plan", "old", "new"];

    /// <param name="root">All verbs.</param>
    /// <param name="words">Words after <c>rollout</c>; the last one is being typed, and may be empty.</param>
    /// <returns>Lines for the script of a shell: the word, and its description behind a tab.</returns>
    public static IEnumerable<string> Complete(Command root, IReadOnlyList<string> words)
    {
        var word = words.Count > 0 ? words[^1] : "";
        string[] before = [.. words.Take(words.Count - 1)];
        // A word with @ is no file to read here: the line is not run.
        var parsed = root.Parse(before, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var options = Options(parsed.CommandResult).ToArray();
        var open = !before.Contains("--");
        if (open && before.Length > 0 && Named(options, before[^1]) is { } waiting && TakesValue(waiting))
        {
            return Values(parsed, waiting.CompletionSources, waiting.ValueType, waiting.HelpName, word, "");
        }

        if (open && word.StartsWith('-') && word.IndexOf('=') is > 0 and var at)
        {
            return Named(options, word[..at]) is { } given && TakesValue(given)
                ? Values(parsed, given.CompletionSources, given.ValueType, given.HelpName, word[(at + 1)..], word[..(at + 1)])
                : [];
        }

        return open && word.StartsWith('-') ? Lines(Flags(parsed, options), word, "") : Words(parsed, word);
    }

    /// <summary>Sub-verbs, or values of the argument whose turn it is.</summary>
    private static IEnumerable<string> Words(ParseResult parsed, string word)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return [];
        }

        var turn = command.Arguments.FirstOrDefault(
            argument => (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MaximumNumberOfValues);
        var begun = command.Arguments.Any(argument => parsed.GetResult(argument)?.Tokens.Count > 0);
        var verbs = begun ? [] : command.Subcommands.Where(one => !one.Hidden)
            .Select(one => new CompletionItem(one.Name, detail: FirstSentence(one.Description)));
        return turn is null ? Lines(verbs, word, "")
            : [.. Lines(verbs, word, ""), .. Values(parsed, turn.CompletionSources, turn.ValueType, turn.HelpName ?? turn.Name, word, "")];
    }

    private static IEnumerable<CompletionItem> Flags(ParseResult parsed, IEnumerable<Option> options) => options
        .Where(option => !option.Hidden && (parsed.GetResult(option) is not { Implicit: false } || option.Arity.MaximumNumberOfValues > 1))
        .Select(option => new CompletionItem(option.Name, detail: FirstSentence(option.Description)));

    private static IEnumerable<string> Values(
        ParseResult parsed, IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, Type type, string? name, string word,
        string prefix)
    {
        var context = parsed.GetCompletionContext();
        string[] lines = [.. Lines(sources.SelectMany(source => source(context)), word, prefix)];
        return lines.Length > 0 || !IsFile(type, name) ? lines : [Files];
    }

    private static IEnumerable<string> Lines(IEnumerable<CompletionItem> items, string word, string prefix) => items
        .Where(item => item.Label.StartsWith(word, StringComparison.Ordinal) && item.Label == Plain.Line(item.Label))
        .DistinctBy(item => item.Label, StringComparer.Ordinal).Take(MostItems)
        .Select(item => Cut(Plain.Line(item.Detail ?? "")) is { Length: > 0 } detail ? $"{prefix}{item.Label}\t{detail}" : prefix + item.Label);

    /// <summary>Options of the command, and those of its parents that count for it.</summary>
    private static IEnumerable<Option> Options(CommandResult result)
    {
        var own = result.Command.Options.AsEnumerable();
        for (var parent = result.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
        {
            own = own.Concat(parent.Command.Options.Where(option => option.Recursive));
        }

        return own;
    }

    private static Option? Named(IEnumerable<Option> options, string name) =>
        options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private static bool TakesValue(Option option) =>
        option.Arity.MaximumNumberOfValues > 0 && (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) != typeof(bool);

    private static bool IsFile(Type type, string? name) =>
        typeof(FileSystemInfo).IsAssignableFrom(type.IsArray ? type.GetElementType() : type) || NamesOfFiles.Contains(name);

    private static string FirstSentence(string? text) => (text ?? "").Split(". ")[0].Split("; ")[0];

    private static string Cut(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail];
}
