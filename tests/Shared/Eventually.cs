using System.Runtime.CompilerServices;

namespace Orchestrator.Testing;

/// <summary>Waits for a change by another thread or process. A failure says what the test waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Completes when the condition holds; fails the test after a minute.</summary>
    public static Task Until(string what, Func<bool> condition) => Until(what, () => Task.FromResult(condition()));

    /// <inheritdoc cref="Until(string, Func{bool})" />
    public static Task Until(string what, Func<Task<bool>> condition) => Until(what, condition, held => held, _ => "");

    /// <summary>Waits for a condition that a failure quotes.</summary>
    public static Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Until(what, condition);

    /// <summary>Looks until the condition holds of the answer, and returns that answer.</summary>
    /// <param name="what">The condition in words, for a failure.</param>
    /// <param name="look">Reads the state.</param>
    /// <param name="condition">Judges the state.</param>
    /// <param name="show">The state in words, for a failure; null is its own text.</param>
    /// <param name="meanwhile">Work or waiting between two looks; null is a short pause.</param>
    public static async Task<T> Until<T>(
        string what, Func<Task<T>> look, Func<T, bool> condition, Func<T, string>? show = null,
        Func<CancellationToken, Task>? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var seen = await look().ConfigureAwait(false);
            if (condition(seen))
            {
                return seen;
            }

            try
            {
                await (meanwhile?.Invoke(patience.Token) ?? Task.Delay(Pause, patience.Token)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                // The sentence below says more than the cancellation.
            }

            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"Not within {Patience.TotalSeconds:0} s: {what}. {(show is null ? seen?.ToString() : show(seen))}".TrimEnd());
            }
        }
    }
}
