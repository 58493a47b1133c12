using System.Globalization;

namespace Orchestrator.Faults.Checking;

/// <summary>Measurements of a recording. Reported, never judged.</summary>
internal static class Figures
{
    public static IEnumerable<string> Of(Evidence evidence)
    {
        var decisions = evidence.Answers.Length + evidence.Unanswered.Length;
        if (decisions > 0)
        {
            var first = evidence.Answers.Select(answer => answer.Asked).DefaultIfEmpty(0).Min();
            var last = evidence.Answers.Select(answer => answer.T).DefaultIfEmpty(0).Max();
            yield return Text($"decisions: {decisions}, {decisions / Math.Max(1, last - first):0} a second; answered at the second try {evidence.Answers.Count(a => a.Tries > 1)}, not answered {evidence.Unanswered.Length} ({FailedShare(evidence):0.000%})");
            yield return Text($"answer after {Spread([.. evidence.Answers.Where(a => a.Tries == 1).Select(a => a.T - a.Asked)])}");
        }

        var lasts = LastNew(evidence);
        if (lasts.Length > 0)
        {
            yield return Text($"from sending a rollback to the last `new` answer received, {lasts.Length} rollbacks: {Spread([.. lasts.Select(last => last.FromSent)])}");
            yield return Text($"from its commit being known: {Spread([.. lasts.Select(last => Math.Max(0, last.FromCommit))])}");
        }

        var commands = evidence.Commands.Where(command => command.Verb == "rollback" && command.Status == 200)
            .Select(command => command.T - command.Asked).ToArray();
        if (commands.Length > 0)
        {
            yield return Text($"a rollback is acknowledged after {Spread(commands)}");
        }
    }

    public static double FailedShare(Evidence evidence) =>
        evidence.Unanswered.Length / (double)Math.Max(1, evidence.Answers.Length + evidence.Unanswered.Length);

    /// <summary>For each rollback by a command, the time of the last received <c>new</c> answer.</summary>
    public static (double FromSent, double FromCommit)[] LastNew(Evidence evidence)
    {
        var news = evidence.Answers.Where(answer => answer.Variant == "new").OrderBy(answer => answer.T).ToArray();
        return [.. from rollback in evidence.Rollbacks
                   let command = evidence.Commands.FirstOrDefault(command => command.Id == rollback.Command && command.Status == 200)
                   where command is not null && double.IsFinite(rollback.Committed)
                   let last = news.LastOrDefault(answer => answer.Rollout == rollback.Rollout && answer.T < rollback.Restoring)
                   where last is not null
                   select (Math.Max(0, last.T - command.Asked), last.T - rollback.Committed)];
    }

    public static string Spread(double[] seconds)
    {
        if (seconds.Length == 0)
        {
            return "nothing";
        }

        var sorted = seconds.Order().ToArray();
        return Text($"p50 {At(0.5):0.0} ms, p99 {At(0.99):0.0} ms, max {sorted[^1] * 1000:0.0} ms");

        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))] * 1000;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
