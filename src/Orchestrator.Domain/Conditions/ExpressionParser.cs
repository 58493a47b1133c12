namespace Orchestrator.Domain.Conditions;

/// <summary>
/// Reads conditions joined by "and" and "or", with brackets and times. Ambiguous texts are refused: "and" beside "or" without brackets, and a
/// window or segment after the last of several conditions of which others have none.
/// </summary>
internal ref struct ExpressionParser
{
    private TimeSpan? _for;
    private int _parts;

    /// <param name="scanner">At the start of a rule; afterwards at its end.</param>
    /// <param name="condition">The condition; its windows are at its single conditions.</param>
    /// <param name="lasting">The "for" of the rule.</param>
    public static ConditionError? Read(ref ConditionScanner scanner, out Condition? condition, out TimeSpan? lasting)
    {
        var parser = new ExpressionParser();
        var error = parser.Expression(ref scanner, 0, out condition);
        lasting = parser._for;
        return error is null && !scanner.AtEnd
            ? new ConditionError($"expected 'and', 'or', 'for', 'over', 'in' or the end, but found {scanner.Shown()}", scanner.Column)
            : error;
    }

    private ConditionError? Expression(ref ConditionScanner scanner, int depth, out Condition? condition)
    {
        condition = null;
        var parts = new List<Condition>();
        Joint? joint = null;
        Tail tail;
        ConditionError? error;
        while (true)
        {
            error = Part(ref scanner, depth, out var part, out tail);
            if (error is not null)
            {
                return error;
            }

            parts.Add(part!);
            var column = scanner.Column;
            var word = scanner.PeekWord();
            Joint? next = word is "and" ? Joint.And : word is "or" ? Joint.Or : null;
            if (next is null)
            {
                break;
            }

            if (joint is not null && joint != next)
            {
                return new ConditionError("'and' beside 'or' is ambiguous: use brackets, as in 'a and (b or c)'", column);
            }

            if (_for is not null)
            {
                return new ConditionError("'for' applies to the whole rule: write it once, at the end", column);
            }

            joint = next;
            scanner.Word();
        }

        if (joint is { } joined)
        {
            var metrics = parts.SkipLast(1).SelectMany(ConditionTree.Leaves).Where(leaf => leaf.Subject is not null).ToArray();
            if ((tail.Over && metrics.Any(leaf => leaf.Over is null))
                || (tail.Segment && metrics.Any(leaf => leaf.Subject!.Segment is null)))
            {
                return new ConditionError("this may apply to the last condition or to all: use brackets, as in '(a and b) over 5m' or 'a and (b over 5m)'", tail.Column);
            }

            // "a and (b and c)" is "a and b and c".
            condition = new Condition.Joined(
                joined, [.. parts.SelectMany(part => part is Condition.Joined inner && inner.Joint == joined ? inner.Parts : [part])]);
        }
        else
        {
            condition = parts[0];
        }

        return error;
    }

    /// <param name="scanner">Before the part.</param>
    /// <param name="depth">Brackets around it.</param>
    /// <param name="part">The condition that was read.</param>
    /// <param name="tail">Text after a condition without brackets: it may apply to others too.</param>
    private ConditionError? Part(ref ConditionScanner scanner, int depth, out Condition? part, out Tail tail)
    {
        tail = default;
        var start = scanner.Column;
        var bracketed = scanner.Take("(");
        part = null;
        if (bracketed && depth == ConditionTree.Deepest)
        {
            return new ConditionError($"brackets nest at most {ConditionTree.Deepest} levels deep", start);
        }

        if (!bracketed && ++_parts > ConditionTree.MostParts)
        {
            return new ConditionError($"a rule has at most {ConditionTree.MostParts} conditions", start);
        }

        var error = bracketed
            ? Expression(ref scanner, depth + 1, out part) ?? ConditionParser.Close(ref scanner)
            : ConditionParser.Condition(ref scanner, out part);
        string? segment = null;
        TimeSpan? window = null;
        while (error is null)
        {
            var column = scanner.Column;
            if (scanner.TakeWord("for"))
            {
                error = depth == 0 ? ConditionParser.Duration(ref scanner, "for", ref _for) : new ConditionError("'for' applies to the whole rule: write it once, at the end", column);
                continue;
            }

            if (scanner.TakeWord("over"))
            {
                error = ConditionParser.Duration(ref scanner, "over", ref window) ?? Over(ref part, window!.Value, column);
                tail = bracketed ? tail : tail with { Column = column, Over = true };
            }
            else if (scanner.TakeWord("in"))
            {
                error = ConditionParser.Segment(ref scanner, column, part, ref segment);
                part = error is null ? ConditionParser.InSegment(part!, segment!) : part;
                tail = bracketed ? tail : tail with { Column = column, Segment = true };
            }
            else
            {
                break;
            }
        }

        return error;
    }

    /// <summary>The window of all conditions that have none of their own.</summary>
    private static ConditionError? Over(ref Condition? part, TimeSpan window, int column)
    {
        if (part is not Condition.Joined joined)
        {
            var said = part!.Over is not null;
            part = part with { Over = window };
            return said ? new ConditionError("'over' is given twice", column) : null;
        }

        var metrics = joined.Leaves().Where(leaf => leaf.Subject is not null).ToArray();
        part = joined.Map(leaf => leaf is { Over: null, Subject: not null } ? leaf with { Over = window } : leaf);
        return metrics.Length == 0 ? new ConditionError("an alert has no window", column)
            : metrics.All(leaf => leaf.Over is not null) ? new ConditionError("'over' is given twice", column)
            : null;
    }

    private readonly record struct Tail(int Column, bool Over, bool Segment);
}
