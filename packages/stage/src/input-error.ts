/**
 * An error that the user of a stage can fix. Its message has the problem, the value that was got, the value
 * that was wanted and the fix; the command line prints it without a stack.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** A readable message for a file system error, with the system's error as `cause`. */
export function explainFileError(error: unknown, doing: string): Error {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  const where = path === undefined ? '' : ` (${path})`
  const advice: Record<string, string> = {
    ENOSPC: 'the disk is full. Free some space and run the same command again: it resumes where it stopped',
    EDQUOT: 'your disk quota is used up. Free some space and run the same command again',
    EACCES: 'permission is missing. Check the owner of the folder',
    EPERM: 'the system does not permit it. Check the owner of the folder',
    EROFS: 'the file system is read-only. Work in a copy of the repository that can be written',
    EMFILE: 'too many files are open. Raise the limit (ulimit -n) and run again',
    ENOENT: 'a file or folder is not there',
  }
  const known = code === undefined ? undefined : advice[code]
  if (known === undefined) return error instanceof Error ? error : new Error(String(error))
  return new InputError(`${doing}: ${known}${where}.`, { cause: error })
}
