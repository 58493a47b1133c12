using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orchestrator.Faults.Processes;

/// <summary>Signals to a process, by its id.</summary>
internal enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>kill(2).</summary>
internal static partial class Signals
{
    public static void Send(this Signal signal, int process)
    {
        if (Kill(process, (int)signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
