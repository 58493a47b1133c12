namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>Units of OTLP (UCUM) as samples name them.</summary>
internal static class OtlpUnits
{
    /// <summary>Null for one without a dimension, or one that samples do not have.</summary>
    public static string? Of(string unit) => unit switch
    {
        "us" or "ms" or "s" or "%" => unit,
        "min" => "m",
        "By" => "B",
        "kBy" => "KB",
        "MBy" => "MB",
        "GBy" => "GB",
        "TBy" => "TB",
        "KiBy" => "KiB",
        "MiBy" => "MiB",
        "GiBy" => "GiB",
        "TiBy" => "TiB",
        _ => null,
    };
}
