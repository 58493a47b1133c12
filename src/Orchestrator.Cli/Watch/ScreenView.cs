using System.Runtime.InteropServices;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Watch;

/// <summary>The tree on a terminal: drawn in place each second, on each change, and when the window changes.</summary>
internal sealed class ScreenView : IWatchView
{
    private readonly Terminal _terminal;
    private readonly bool _wide;
    private readonly Action<string> _write;
    private readonly Screen _screen;
    private readonly Lock _drawing = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private RolloutShown? _shown;
    private bool _over;

    public ScreenView(Terminal terminal, bool wide, Action<string> write)
    {
        (_terminal, _wide, _write) = (terminal, wide, write);
        _screen = new Screen(write, terminal.Colour);
        if (!OperatingSystem.IsWindows())
        {
            // A program that was in the foreground meanwhile has drawn over the frame.
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw()));
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Redraw()));
        }
    }

    public TimeSpan? Tick { get; } = TimeSpan.FromSeconds(1);

    public void Show(RolloutShown shown)
    {
        lock (_drawing)
        {
            _shown = shown;
            Draw();
        }
    }

    /// <summary>The last frame stays on the terminal, as a plain text below the command.</summary>
    public void End(RolloutShown? last)
    {
        lock (_drawing)
        {
            _over = true;
            _screen.Dispose();
            if (last is null)
            {
                return;
            }

            var size = new TreeSize(_terminal.Size().Width, Unicode: _terminal.Unicode, Wide: _wide);
            _write(string.Concat(RolloutTree.Lines(last, size).Select(line => line.Ansi(_terminal.Colour) + Environment.NewLine)));
        }
    }

    public void Dispose()
    {
        _signals.ForEach(one => one.Dispose());
        lock (_drawing)
        {
            _over = true;
            _screen.Dispose();
        }
    }

    private void Redraw()
    {
        lock (_drawing)
        {
            _screen.Forget();
            Draw();
        }
    }

    private void Draw()
    {
        if (_shown is not { } shown || _over)
        {
            return;
        }

        var (width, height) = _terminal.Size();
        _screen.Draw(RolloutTree.Lines(shown, new TreeSize(width, height, _terminal.Unicode, _wide)), (width, height));
    }
}
