using System.Collections.Immutable;
using Orchestrator.Domain.Access;
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

        var (roles, needs) = Roles(mapping);
        return new ReviewPlan(
            mapping["every"]?.Duration(positive: true), roles, Quorum(mapping, needs), mapping["expires"]?.Duration(positive: true))
        { Needs = needs };
    }

    public static Approval Approval(Field field)
    {
        if (field.Mapping(PlanKeys.Approvals) is not { } mapping)
        {
            return new Approval([], 1, null);
        }

        var (roles, needs) = Roles(mapping);
        return new Approval(roles, Quorum(mapping, needs) ?? 1, mapping["expires"]?.Duration(positive: true)) { Needs = needs };
    }

    /// <summary>Deciders: a list of roles of which any may decide, or a mapping with a number of people for each.</summary>
    public static (ImmutableArray<string> Roles, ImmutableArray<RoleNeed> Needs) Roles(MappingReader mapping)
    {
        if (mapping["roles"] is not { Node: Node.Mapping } each)
        {
            return (mapping.Items("roles").Each(PlanScope.Role), []);
        }

        var needs = ImmutableArray.CreateBuilder<RoleNeed>();
        var given = each.Named("numbers of people").ToArray();
        foreach (var (role, number) in given)
        {
            if (!PlanVocabulary.Roles.Contains(role))
            {
                number.Error($"unknown role '{Field.Short(role)}'{number.Findings.Hint(role, PlanVocabulary.Roles)} (known: {string.Join(", ", PlanVocabulary.Roles)})");
            }
            else if (Access.Roles.TryParse(role, out var known) && !known.May(Permission.Review))
            {
                number.Error($"a {role} decides no review");
            }
            else if (number.Whole(1, MostPeople) is { } people)
            {
                needs.Add(new RoleNeed(role, (int)people));
            }
        }

        if (given.Length == 0)
        {
            each.Error("must name at least one role with its number of people, as in { product: 1, engineering: 1 }");
        }
        else if (needs.Sum(need => need.People) > MostPeople)
        {
            each.Error($"requires {needs.Sum(need => need.People)} people in all; a review may require at most {MostPeople}");
        }

        return ([.. needs.Select(need => need.Role)], needs.ToImmutable());
    }

    private static int? Quorum(MappingReader mapping, ImmutableArray<RoleNeed> needs)
    {
        var quorum = (int?)mapping["quorum"]?.Whole(1, MostPeople);
        if (quorum < needs.Sum(need => need.People))
        {
            mapping["quorum"]!.Error($"is {quorum}, but 'roles' require {needs.Sum(need => need.People)} people; leave it out, or give the total");
        }

        return quorum;
    }

    public static ImmutableArray<Team> Teams(ImmutableArray<Field> items) => Listed(items, PlanKeys.Team, "team", (mapping, name) =>
        mapping.Require("role") is { } role && PlanScope.Role(role) is { } known
            ? new Team(
                name, known, mapping.Items("responsibilities").Each(f => f.Text()), mapping.Items("decides").Each(f => f.Text()))
            { Title = mapping["title"]?.Text() }
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

    /// <summary>A list of mappings, each with a name in any words.</summary>
    public static ImmutableArray<T> Listed<T>(
        ImmutableArray<Field> items, MappingKeys keys, string what, Func<MappingReader, string, T?> read,
        Func<Field, string?>? readName = null)
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
