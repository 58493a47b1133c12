namespace Orchestrator.Dashboard.Charts;

/// <summary>
/// Numbered marks on two lanes above a chart. None covers another, on the narrowest screen too; marks too near to each other share a badge.
/// Below the chart a list says each number's text.
/// </summary>
public sealed class MarkPlaces
{
    /// <summary>Marks beyond are counted in a sentence: the list of a chart is read, not searched.</summary>
    private const int Most = 30;

    /// <summary>Width of the chart on a screen of 390 pixels, in pixels.</summary>
    private const double NarrowPixels = 270;

    /// <summary>Width of the narrowest chart on a wide screen, in pixels, and of a letter.</summary>
    private const double WidePixels = 380, LetterPixels = 6.4;

    private MarkPlaces(IReadOnlyList<Badge> badges, IReadOnlyList<Mark> marks, int earlier) =>
        (Badges, Marks, Earlier) = (badges, marks, earlier);

    /// <summary>Badges from left to right.</summary>
    public IReadOnlyList<Badge> Badges { get; }

    /// <summary>Marks in the order of their numbers, from 1.</summary>
    public IReadOnlyList<Mark> Marks { get; }

    /// <summary>Number of earlier marks that are not drawn.</summary>
    public int Earlier { get; }

    /// <summary>Pixels above the chart that the badges take.</summary>
    public int Height => Badges.Count == 0 ? 0 : Badges.Any(badge => badge.Lane == 1) ? 40 : 21;

    /// <summary>True when the badges on a wide screen say all the texts.</summary>
    public bool SayAll => Earlier == 0 && Badges.All(badge => badge.Text is not null);

    public static MarkPlaces Of(IEnumerable<Mark> marks, TimeScale time)
    {
        var inside = marks.Where(mark => time.Has(mark.At)).OrderBy(mark => mark.At).ToList();
        var earlier = Math.Max(0, inside.Count - Most);
        var shown = inside.Skip(earlier).ToList();
        var lanes = new List<Badge>[] { [], [] };
        for (var number = 1; number <= shown.Count; number++)
        {
            var mark = shown[number - 1];
            var x = time.At(mark.At) * 100;
            var lane = Array.FindIndex(lanes, one => one.Count == 0 || x - one[^1].Right >= Apart(number));
            if (lane >= 0)
            {
                lanes[lane].Add(new Badge(x, x, lane, number, number, mark.Bad, null));
                continue;
            }

            // Both lanes are taken here: the badge that holds the number before this one takes it too.
            var last = lanes[0][^1].Last == number - 1 ? 0 : 1;
            lanes[last][^1] = lanes[last][^1] with { Last = number, Right = x, Bad = lanes[last][^1].Bad || mark.Bad };
        }

        var badges = lanes.SelectMany(lane => lane.Select(
            (badge, i) => badge with { Text = TextOf(badge, i + 1 < lane.Count ? lane[i + 1].X : 100, shown) }));
        return new MarkPlaces([.. badges.OrderBy(badge => badge.First)], shown, earlier);
    }

    /// <summary>Percent of the width between two badges of a lane: the widest pair of this many digits does not touch.</summary>
    private static double Apart(int number) => (Badge.WidthOf(number < 10 ? 3 : 5) + 2) / NarrowPixels * 100;

    /// <summary>The text beside a badge; null when it would run into the next one.</summary>
    private static string? TextOf(Badge badge, double next, IReadOnlyList<Mark> marks)
    {
        var text = marks[badge.First - 1].Text;
        return badge.First == badge.Last && ((text.Length * LetterPixels) + 26) / WidePixels * 100 <= next - badge.X ? text : null;
    }
}

/// <summary>A badge over a chart.</summary>
/// <param name="X">Percent of the width.</param>
/// <param name="Right">Percent of the width of its last mark.</param>
/// <param name="Lane">0 above, 1 below.</param>
/// <param name="First">Number of its first mark.</param>
/// <param name="Last">Number of its last mark.</param>
/// <param name="Bad">True when one of its marks is bad.</param>
/// <param name="Text">Text beside it on a wide screen; null when there is no room.</param>
public sealed record Badge(double X, double Right, int Lane, int First, int Last, bool Bad, string? Text)
{
    public string Number => First == Last ? Svg.N(First) : $"{Svg.N(First)}–{Svg.N(Last)}";

    /// <summary>Percent of the width of its middle.</summary>
    public double Middle => (X + Right) / 2;

    /// <summary>Width in pixels.</summary>
    public double Width => WidthOf(Number.Length);

    public static double WidthOf(int letters) => letters == 1 ? 16 : 9 + (6.2 * letters);
}
