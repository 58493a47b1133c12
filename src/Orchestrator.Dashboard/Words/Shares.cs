namespace Orchestrator.Dashboard.Words;

/// <summary>Texts of shares of users, in percent. None and all are said only when they are exactly that.</summary>
public static class Shares
{
    /// <summary>
    /// <c>25 %</c>, <c>12.5 %</c>, <c>0 %</c>; <c>below 0.01 %</c> and <c>above 99.99 %</c> near the ends; <c>unknown</c> without a number.
    /// </summary>
    /// <param name="percent">Share in percent, 0 to 100.</param>
    public static string Text(double? percent) => Digits(percent) is { } digits ? $"{digits} %" : "unknown";

    /// <summary>The digits alone, for the big figure of a page; null without a number.</summary>
    public static string? Digits(double? percent) => percent switch
    {
        null => null,
        { } share when !double.IsFinite(share) => null,
        <= 0 => "0",
        >= 100 => "100",
        < 0.01 => "below 0.01",
        > 99.99 => "above 99.99",
        { } share => share.ToString("0.##", Viewer.Culture),
    };
}
