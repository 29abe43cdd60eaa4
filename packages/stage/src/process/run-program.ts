// How a program of the command line ends: what a person can fix is one message, everything else has its stack.
import { InputError } from '../input-error.ts'

/**
 * Runs a program with the words of its command line.
 * @param run may return the exit code; it is 1 after an error
 */
export async function runProgram(name: string, run: (words: string[]) => unknown): Promise<void> {
  try {
    const code = await run(process.argv.slice(2))
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException)?.code)
    const expected = error instanceof InputError || code.startsWith('ERR_PARSE_ARGS') || code === 'ENOENT'
    console.error(`${name}: ${expected ? (error as Error).message : ((error as Error)?.stack ?? error)}`)
    process.exitCode = 1
  }
}
