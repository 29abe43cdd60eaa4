// A long computation that never waits blocks the event loop: Ctrl-C and the end of the parent process go
// unnoticed.

/** Lets the event loop handle signals and draw progress during a long computation. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
