using System.ComponentModel;
using System.Diagnostics;

namespace Orchestrator.Faults.Processes;

/// <summary>A program of the machine that is run to its end and must succeed.</summary>
internal static class Command
{
    public static Task<string> Run(string program, params string[] args) => Feed(program, null, args);

    /// <param name="program">Its name.</param>
    /// <param name="input">Standard input; null for none.</param>
    /// <param name="args">Command line.</param>
    public static async Task<string> Feed(string program, string? input, params string[] args)
    {
        var start = new ProcessStartInfo(
            program, args)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new NotPossibleHereException($"'{program}' cannot be run here: {e.Message}");
        }

        using (process)
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }

            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? said[0]
                : throw new NotPossibleHereException($"{program} {string.Join(' ', args)} ended with {process.ExitCode}: {said[1].Trim()}");
        }
    }
}

/// <summary>
/// This machine lacks a requirement of a scenario. The scenario fails with that sentence: a skipped one never counts as passed.
/// </summary>
internal sealed class NotPossibleHereException(string message) : Exception(message);
