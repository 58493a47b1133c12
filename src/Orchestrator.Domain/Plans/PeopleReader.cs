using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans;

/// <summary>Reads what concerns people: objectives, reviews, approvals, teams, risks, dashboards.</summary>
internal static class PeopleReader
{
    private const int MostPeople = 20;

    public static ImmutableArray<Objective> Objectives(ImmutableArray<Field> items, ISet<string> taken)
    {
        var read = new List<Objective>();
        foreach (var item in items)
        {
            if (item.Node is not Node.Mapping)
            {
                if (item.Text() is { } text)
                {
                    read.Add(new Objective("", text, Required: false));
                }

                continue;
            }

            var mapping = item.Mapping(PlanKeys.Objective)!;
            var name = mapping["name"]?.Name() ?? "";
            if (name.Length > 0 && !taken.Add(name))
            {
                mapping["name"]!.Error($"the objective name '{name}' is used twice");
            }

            var title = mapping.Require("title")?.Text();
            var required = mapping["required"]?.Boolean() ?? false;
            read.Add(new Objective(name, title ?? "", required));
        }

        return [.. read.Select(o => o.Name.Length > 0 ? o : o with { Name = Slug.Unique(o.Title, "objective", taken) })];
    }

    public static ReviewPlan? Review(Field field)
    {
        if (field.Mapping(PlanKeys.Review) is not { } mapping)
        {
            return null;
        }

        return new ReviewPlan(
            mapping["every"]?.Duration(positive: true), mapping.Items("roles").Each(PlanScope.Role),
            (int?)mapping["quorum"]?.Whole(1, MostPeople), mapping["expires"]?.Duration(positive: true));
    }

    public static Approval Approval(Field field)
    {
        var mapping = field.Mapping(PlanKeys.Approvals);
        return new Approval(
            mapping?.Items("roles").Each(PlanScope.Role) ?? [], (int)(mapping?["quorum"]?.Whole(1, MostPeople) ?? 1),
            mapping?["expires"]?.Duration(positive: true));
    }

    public static ImmutableArray<Team> Teams(ImmutableArray<Field> items) => Listed(items, PlanKeys.Team, "team", (mapping, name) =>
        mapping.Require("role") is { } role && PlanScope.Role(role) is { } known
            ? new Team(name, known, mapping.Items("responsibilities").Each(f => f.Text()), mapping.Items("decides").Each(f => f.Text()))
            : null);

    public static ImmutableArray<Risk> Risks(ImmutableArray<Field> items) => Listed(items, PlanKeys.Risk, "risk", (mapping, name) =>
    {
        var kind = mapping.Require("kind")?.OneOf("kind of risk", "technical", "business", "operational");
        var mitigation = mapping.Require("mitigation")?.Text();
        return kind is null || mitigation is null ? null : new Risk(name, kind, mitigation);
    });

    public static ImmutableArray<PlanDashboard> Dashboards(ImmutableArray<Field> items) => Listed(
        items, PlanKeys.Dashboard, "dashboard", (mapping, name) =>
        new PlanDashboard(name, mapping.Items("shows").Each(f => f.Text())));

    /// <summary>A list of mappings that each have a name of their own, in any words.</summary>
    public static ImmutableArray<T> Listed<T>(
        ImmutableArray<Field> items, MappingKeys keys, string what, Func<MappingReader, string, T?> read, Func<Field, string?>? readName = null)
        where T : class
    {
        var names = new HashSet<string>();
        var all = ImmutableArray.CreateBuilder<T>();
        foreach (var item in items)
        {
            if (item.Mapping(keys) is not { } mapping)
            {
                continue;
            }

            var name = mapping.Require("name") is { } given ? (readName ?? (f => f.Text(120)))(given) : null;
            if (name is not null && !names.Add(name))
            {
                mapping["name"]!.Error($"the {what} name '{Field.Short(name)}' is used twice");
            }

            if (read(mapping, name ?? "") is { } one)
            {
                all.Add(one);
            }
        }

        return all.ToImmutable();
    }
}
