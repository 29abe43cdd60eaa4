/** Lets the event loop hear signals and draw progress in the middle of a long computation. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
