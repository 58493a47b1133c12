using System.Runtime.CompilerServices;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// Decides the variant of a user. The order of an answer: off → legacy; segment taken back → legacy; segment included → new; everyone →
/// new; no percentage → legacy; bucket below the percentage, which is the largest of all users' and of the user's segments → new; else
/// legacy. Never throws, waits for nothing and allocates nothing.
/// </summary>
public static class Router
{
    /// <summary>
    /// The answer for a flag of an environment; null is an environment without flags. The context must have begun with the same
    /// environment.
    /// </summary>
    public static RouteAnswer Route(EnvironmentTable? environment, ReadOnlySpan<char> flag, EvaluationContext user) =>
        environment is not null && environment.TryFind(flag, out var entry)
            ? Route(environment, entry, user)
            : new RouteAnswer(null, RouteVariant.None, RouteReason.Error, RouteError.FlagNotFound);

    /// <summary>The answer for a flag that was found already.</summary>
    public static RouteAnswer Route(EnvironmentTable environment, FlagEntry entry, EvaluationContext user)
    {
        if (entry.Route is not { } route)
        {
            return new RouteAnswer(entry, RouteVariant.Static, RouteReason.Static);
        }

        if (route.Mode != RouteMode.Split)
        {
            return new RouteAnswer(entry, RouteVariant.Legacy, route.Mode == RouteMode.Off ? RouteReason.Disabled : RouteReason.Stale);
        }

        var takenBack = AnyOf(environment, entry.TakenBack, user, out var which);
        if (takenBack == Match.Yes)
        {
            return new RouteAnswer(entry, RouteVariant.Legacy, RouteReason.TargetingMatch, because: which);
        }

        var included = AnyOf(environment, entry.Included, user, out which);
        if (included == Match.Yes || route.Percentage == Share.All)
        {
            // A user who may have been taken back is never guessed to be on new.
            return takenBack == Match.KeyNeeded ? KeyMissing(entry)
                : new RouteAnswer(
                    entry, RouteVariant.New, included == Match.Yes ? RouteReason.TargetingMatch : RouteReason.Static, because: which);
        }

        // Hardly any flag has shares by segment, and a pair of structs is kept in memory where two are kept in registers.
        var percentage = route.Percentage;
        var possible = percentage;
        if (entry.Shares.Length > 0)
        {
            (percentage, possible) = Reach(environment, entry, user);
        }

        if (possible == Share.None)
        {
            return included == Match.KeyNeeded ? KeyMissing(entry) : new RouteAnswer(entry, RouteVariant.Legacy, RouteReason.Default);
        }

        if (entry.StickySlot >= 0)
        {
            return Together(entry, user, takenBack, included, percentage, possible);
        }

        if (!user.HasTargetingKey)
        {
            return KeyMissing(entry);
        }

        var bucket = entry.Salted.Of(user.TargetingKey);
        return new RouteAnswer(
            entry, percentage.Includes(bucket) ? RouteVariant.New : RouteVariant.Legacy, RouteReason.Split, because: bucket);
    }

    /// <summary>The answer of a node with this trust in its table; read the trust before the table.</summary>
    public static RouteAnswer Route(EnvironmentTable? environment, ReadOnlySpan<char> flag, EvaluationContext user, in TableTrust trust)
    {
        var answer = Route(environment, flag, user);
        return trust.IsPlain ? answer : answer.Under(trust, user);
    }

    /// <summary>Likewise, for a flag that was found already.</summary>
    public static RouteAnswer Route(EnvironmentTable environment, FlagEntry entry, EvaluationContext user, in TableTrust trust)
    {
        var answer = Route(environment, entry, user);
        return trust.IsPlain ? answer : answer.Under(trust, user);
    }

    /// <summary>The same answer, with each tested rule and its value, to the one that decided.</summary>
    public static Explanation Explain(
        RoutingTable table, string environment, string flag, EvaluationContext user, in TableTrust trust = default) =>
        Explanation.Of(table.Position, table.Environment(environment), flag, user, trust);

    /// <summary>
    /// True when the user belongs to a segment; null when that depends on the targeting key and there is none. No user belongs to an
    /// unknown segment.
    /// </summary>
    public static bool? Belongs(EnvironmentTable? environment, string segment, EvaluationContext user) =>
        environment?.Segment(segment)?.Contains(user) switch
        {
            Match.Yes => true,
            Match.KeyNeeded => null,
            _ => false,
        };

    /// <summary>
    /// The segments by which a user's requests are measured, in the order of the plan, joined by commas as samples name them; null for
    /// none. Without a targeting key, a segment that depends on it is left out. Allocates nothing for a combination that was returned
    /// before.
    /// </summary>
    public static string? SegmentsOf(EnvironmentTable environment, FlagEntry entry, EvaluationContext user) =>
        entry.Apart is { } apart ? apart.Text(apart.Find(environment, user)) : null;

    /// <summary>
    /// Counts an answer that is about to be served, and its user: by variant and by segment. Returns what <see cref="SegmentsOf"/> does;
    /// null for an answer without a variant of a rollout. Allocates nothing after the first user of an hour.
    /// </summary>
    /// <param name="environment">Environment of the flag.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="user">The user. One without a key is not counted: two such users cannot be told apart.</param>
    /// <param name="people">Secret of the environment for hashes of users; 0 counts no user.</param>
    public static string? Serve(EnvironmentTable environment, in RouteAnswer answer, EvaluationContext user, ulong people)
    {
        if (answer.Variant is not (RouteVariant.New or RouteVariant.Legacy) || answer.Entry is not { Apart: { } apart } entry)
        {
            return null;
        }

        entry.Served!.Count(answer.Variant);
        var segments = apart.Find(environment, user);
        if (people != 0 && user.HasTargetingKey)
        {
            entry.People!.Note(user.Person(people), answer.IsNew, segments, apart.People);
        }

        return apart.Text(segments);
    }

    /// <summary>
    /// Counts the user of an answer in a process of a client. One who asks again and again is looked at once for each report, whatever
    /// attributes come later.
    /// </summary>
    internal static void NotePerson(
        EnvironmentTable environment, FlagEntry entry, RouteVariant variant, EvaluationContext user, ulong people)
    {
        if (variant is (RouteVariant.New or RouteVariant.Legacy) && user.HasTargetingKey
            && entry is { People: { } tally, Apart: { } apart })
        {
            var person = user.Person(people);
            var isNew = variant == RouteVariant.New;
            if (tally.IsDue(person, isNew))
            {
                tally.Note(person, isNew, apart.Find(environment, user), apart.People);
            }
        }
    }

    /// <summary>
    /// All users with one value of an attribute have one answer by percentage. The targeting key may then be missing, and still decide
    /// whether the user is in a segment: no user is guessed to be on new, or not to be.
    /// </summary>
    private static RouteAnswer Together(
        FlagEntry entry, EvaluationContext user, Match takenBack, Match included, Share percentage, Share possible)
    {
        var bucket = entry.Place(entry.Salted, user);
        if (bucket < 0)
        {
            return new RouteAnswer(entry, RouteVariant.None, RouteReason.Error, RouteError.StickyAttributeMissing);
        }

        var isNew = percentage.Includes(bucket);
        return (isNew ? takenBack : included) == Match.KeyNeeded || (!isNew && possible.Includes(bucket)) ? KeyMissing(entry)
            : new RouteAnswer(entry, isNew ? RouteVariant.New : RouteVariant.Legacy, RouteReason.Split, because: bucket);
    }

    /// <summary>
    /// The percentage that a bucket is compared with, and the one that would apply if the user had a key. The bucket is the same for all of
    /// them, so a user who is on new by a share stays there by every larger one.
    /// </summary>
    internal static (Share Percentage, Share Possible) Reach(EnvironmentTable environment, FlagEntry entry, EvaluationContext user)
    {
        var (percentage, possible) = (entry.Route!.Percentage, entry.Route.Percentage);
        foreach (var (segment, share) in entry.Shares)
        {
            var match = share <= possible && share <= percentage ? Match.No : environment.Segment(segment)?.Contains(user) ?? Match.No;
            percentage = match == Match.Yes ? Share.Max(percentage, share) : percentage;
            possible = match != Match.No ? Share.Max(possible, share) : possible;
        }

        return (percentage, possible);
    }

    private static RouteAnswer KeyMissing(FlagEntry entry) =>
        new(entry, RouteVariant.None, RouteReason.Error, RouteError.TargetingKeyMissing);

    /// <param name="which">Index of the one that matched.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Match AnyOf(EnvironmentTable environment, int[] segments, EvaluationContext user, out int which)
    {
        // Hardly any flag has a segment taken back.
        which = 0;
        return segments.Length == 0 ? Match.No : AnyOfSome(environment, segments, user, out which);
    }

    private static Match AnyOfSome(EnvironmentTable environment, int[] segments, EvaluationContext user, out int which)
    {
        var result = Match.No;
        for (which = 0; which < segments.Length; which++)
        {
            var match = environment.Segment(segments[which])?.Contains(user) ?? Match.No;
            if (match == Match.Yes)
            {
                return Match.Yes;
            }

            result = match == Match.KeyNeeded ? Match.KeyNeeded : result;
        }

        return result;
    }
}
