namespace Orchestrator.Samples.Demo;

/// <summary>The teams of the strategy: they tick objectives, decide reviews and resume what waits for them.</summary>
internal sealed class People(OrchestratorApi api, string rollout, Narrator narrator)
{
    private const int MostTries = 5;
    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, int> _tries = [];

    /// <summary>The key of somebody of a role; each of two people of a role has one.</summary>
    public async Task<string> KeyAsync(string role, CancellationToken stop, int person = 1)
    {
        var name = person == 1 ? role : $"{role}-{person}";
        return _keys.TryGetValue(name, out var key) ? key : _keys[name] = await api.NewKeyAsync(name, role, stop);
    }

    public async Task ActAsync(RolloutView view, CancellationToken stop)
    {
        if (view.Status is not ("running" or "paused"))
        {
            return;
        }

        foreach (var objective in view.Objectives.Where(o => !o.Done && o.Required && (o.Phase.Length == 0 || o.Phase == view.Phase)))
        {
            await TryAsync(["engineering", "product", "devops"], 1, $"ticks \"{objective.Name}\"", "complete-objective", new { objective = objective.Name }, stop);
        }

        foreach (var review in view.Reviews.Where(r => r.State == "open"))
        {
            var roles = review.Roles.Length > 0 ? review.Roles : ["product"];
            roles = [.. roles.OrderBy(role => role == "product" ? 0 : 1)];
            var people = roles.Select(role => (role, 1)).Concat(roles.Select(role => (role, 2))).Take(Math.Max(review.Quorum, 1));
            foreach (var (role, person) in people)
            {
                await TryAsync([role], person, $"approves review {review.Id} ({review.Kind})", "approve", new { review = review.Id, reason = "The numbers look good." }, stop);
            }
        }

        if (view.Status == "paused" || view.WaitingFor.Contains("resume"))
        {
            await TryAsync(["engineering"], 1, $"resumes {view.Phase}/{view.Step}", "resume", null, stop, again: true);
        }
    }

    /// <summary>
    /// Lets the first of some roles that may do it do it; after a refusal a few times more, since the state may have moved meanwhile.
    /// </summary>
    private async Task TryAsync(
        string[] roles, int person, string what, string verb, object? body, CancellationToken stop, bool again = false)
    {
        foreach (var role in roles)
        {
            var deed = $"{role}-{person} {what}";
            if (!again && _tries.GetValueOrDefault(deed) >= MostTries)
            {
                continue;
            }

            _tries[deed] = _tries.GetValueOrDefault(deed) + 1;
            try
            {
                await api.VerbAsync(await KeyAsync(role, stop, person), rollout, verb, body, stop);
                _tries[deed] = MostTries;
                narrator.Act($"{(person == 1 ? role : $"another of {role}")} {what}");
                return;
            }
            catch (RefusedException e) when (e.Status == 403)
            {
                // The next role may; this one never will.
                _tries[deed] = MostTries;
            }
            catch (RefusedException e)
            {
                narrator.Act($"{role} {what}: refused, {e.Message}");
                return;
            }
        }
    }
}
