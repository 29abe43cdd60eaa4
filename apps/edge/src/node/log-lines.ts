// Lines of the log on standard output. A write to a pipe is a system call that blocks the process, and costs
// as much as the rest of a small request, so lines are collected for a few milliseconds. A killed process
// loses the lines of that time.

/** ms after which a line is written */
const WAIT = 20
/** characters that are written at once */
const MOST = 16_384

export interface LogLines {
  write(line: string): void
  /** Writes the collected lines; call it before the process ends. */
  flush(): void
}

/** @param out takes the text of whole lines */
export function createLogLines(out: (text: string) => unknown): LogLines {
  let lines = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const text = lines
    lines = ''
    if (text !== '') out(text)
  }
  return {
    write(line) {
      lines += `${line}\n`
      if (lines.length >= MOST) flush()
      else timer ??= setTimeout(flush, WAIT).unref()
    },
    flush,
  }
}
