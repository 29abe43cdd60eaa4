// A long computation that never waits hears nothing: no Ctrl-C, no end of the process that started it.

/** Lets the event loop hear signals and draw progress in the middle of a long computation. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
