// The end of a command line program: an error that the user can fix is one message, any other error has its
// stack.
import { InputError } from '../input-error.ts'

/**
 * Runs a program with its command line arguments.
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
