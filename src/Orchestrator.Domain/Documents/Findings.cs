using System.Collections.Immutable;

namespace Orchestrator.Domain.Documents;

/// <summary>All errors and warnings of a document: a reader continues after an error, so that all are reported at once.</summary>
/// <param name="recorded">True for a document that an event carries: rules that are younger than the event only warn.</param>
internal sealed class Findings(bool recorded = false)
{
    /// <summary>More errors than this help no author, and their text would dwarf the input.</summary>
    private const int Most = 1000;

    private const int Hinted = 100;

    /// <summary>Regular expressions of one document: each costs half a millisecond to make.</summary>
    public const int MostPatterns = 100;

    private readonly List<InputError> _errors = [];
    private readonly List<InputError> _warnings = [];

    private int _patterns;

    /// <summary>
    /// True while a further regular expression may be made. A recorded document was read before, and may have more (decision 9).
    /// </summary>
    public bool TakesPattern() => ++_patterns <= MostPatterns || recorded;

    public bool Any => _errors.Count > 0;

    /// <summary>A suggestion of the intended word, for the first errors only: a hostile text must not buy much work.</summary>
    public string Hint(string word, IEnumerable<string> known) => _errors.Count < Hinted ? Nearest.Hint(word, known.Take(Hinted)) : "";

    public ImmutableArray<InputError> Errors => InOrder(_errors);

    public ImmutableArray<InputError> Warnings => InOrder(_warnings);

    public void Error(InputError error) => Add(_errors, error);

    /// <summary>A fault against a rule that is younger than documents in recorded events (decision 9).</summary>
    public void YoungerError(InputError error) => Add(recorded ? _warnings : _errors, error);

    public void Warn(InputError warning) => Add(_warnings, warning);

    private static void Add(List<InputError> found, InputError one)
    {
        if (found.Count < Most)
        {
            found.Add(one);
        }
        else if (found.Count == Most)
        {
            found.Add(new InputError("", $"more than {Most} errors; the rest is not shown"));
        }
    }

    private static ImmutableArray<InputError> InOrder(List<InputError> found) => [.. found.OrderBy(e => e.Line ?? int.MaxValue)];
}
