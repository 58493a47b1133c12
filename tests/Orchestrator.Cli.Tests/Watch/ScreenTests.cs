using CsCheck;
using Orchestrator.Cli.Watch;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>Drawing in place.</summary>
public sealed class ScreenTests
{
    private const int Width = 30;
    private const int Height = 8;

    [Fact]
    public void Every_frame_replaces_the_one_before_whole()
    {
        var words = Gen.OneOfConst("", "x", "RUNNING", "a longer text of a line", "测定 値", "é!", new string('w', Width));
        var frames = words.Array[0, 12].Array[1, 12];
        frames.Select(Gen.Bool.Array[12], Gen.Bool).Sample((all, forgets, colour) =>
        {
            var picture = new TerminalPicture(Width, Height);
            using var screen = new Screen(picture.Write, colour);
            for (var at = 0; at < all.Length; at++)
            {
                if (forgets[at])
                {
                    screen.Forget();
                }

                StyledLine[] lines = [.. all[at].Select(text => new StyledLine().Add(text, Tone.Bad).Cut(Width, "…"))];
                screen.Draw(lines, (Width, Height));
                Assert.Equal(
                    [.. Enumerable.Range(0, Height).Select(row => row < lines.Length ? lines[row].Text.TrimEnd() : "")], picture.Rows);
            }

            Assert.Equal((true, false, false, 0), (picture.Alternate, picture.CursorShown, picture.Wraps, picture.Torn));
            screen.Dispose();
            Assert.Equal((false, true, true), (picture.Alternate, picture.CursorShown, picture.Wraps));
        });
    }

    [Fact]
    public void Frame_that_changes_nothing_writes_nothing()
    {
        var written = new List<string>();
        using var screen = new Screen(written.Add, colour: true);
        var frame = RolloutTree.Lines(Shown.As(), new TreeSize(80, 24));
        screen.Draw(frame, (80, 24));
        screen.Draw(RolloutTree.Lines(Shown.As(), new TreeSize(80, 24)), (80, 24));
        Assert.Single(written);

        var older = Shown.As(freshness: new Freshness(Connection.Live, TimeSpan.FromSeconds(2)));
        screen.Draw(RolloutTree.Lines(older, new TreeSize(80, 24)), (80, 24));
        Assert.True(written[1].Length < 200, "Only the row of the age is written.");
    }

    [Fact]
    public void Other_size_is_drawn_whole()
    {
        var written = new List<string>();
        using var screen = new Screen(written.Add, colour: false);
        screen.Draw([new StyledLine().Add("one")], (80, 24));
        screen.Draw([new StyledLine().Add("one")], (40, 24));
        Assert.Equal(2, written.Count);
        Assert.Contains("\e[2J", written[1], StringComparison.Ordinal);
    }
}
