namespace Orchestrator.Api.Client;

/// <summary>Differences of two plans in sentences.</summary>
public sealed record PlanComparison
{
    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>The older one.</summary>
    public RevisionHash From { get; init; } = new();

    /// <summary>The newer one.</summary>
    public RevisionHash To { get; init; } = new();

    /// <summary>True when there is no difference.</summary>
    public bool Same { get; init; }

    /// <summary>All of it in one sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Every changed value.</summary>
    public IReadOnlyList<ChangeSentence> Changes { get; init; } = [];

    /// <summary>Parts that are looser, or not shown to be as strict.</summary>
    public IReadOnlyList<LooserPart> Looser { get; init; } = [];

    /// <summary>Users of the steps that differ.</summary>
    public ComparedUsers Users { get; init; } = new();
}

/// <summary>A changed value in words.</summary>
public sealed record ChangeSentence
{
    /// <summary>Path of the value.</summary>
    public string Path { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Strictness of the change.</summary>
    [Words("same", "looser", "stricter", "incomparable")]
    public string Strictness { get; init; } = "";
}

/// <summary>Users of the steps that differ.</summary>
public sealed record ComparedUsers
{
    /// <summary>In sentences.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Steps.</summary>
    public IReadOnlyList<AudienceChange> Steps { get; init; } = [];
}

/// <summary>Revisions to compare.</summary>
public sealed record ComparisonQuery : QueryValues
{
    /// <summary>The older revision; required.</summary>
    public int? From { get; init; }

    /// <summary>The newer revision; null for the newest.</summary>
    public int? To { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("from", From);
        query.Add("to", To);
    }
}

/// <summary>Revision to compare a text with.</summary>
public sealed record CompareTextQuery : QueryValues
{
    /// <summary>Revision; null for the newest.</summary>
    public int? With { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("with", With);
    }
}
