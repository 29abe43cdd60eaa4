// The progress display of long work: a bar with an ETA on a terminal, plain lines elsewhere.
import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  /** Begins work of `total` units ("steps", "pairs"), of which `done` were done by an earlier run. */
  start(what: string, total: number, unit: string, done?: number): void
  /** Reports the progress of the work; `note` is a short text such as "loss 0.412". */
  update(done: number, note?: string): void
  /** Ends the current work. */
  stop(): void
  /** Prints a line. */
  say(line: string): void
}

/** Seconds for people: 9 s, 3 min 20 s, 2 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const whole = Math.round(seconds)
  if (whole < 100) return `${whole} s`
  if (whole < 6000) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** The inverse of formatSeconds; undefined if the text has no number. */
function readSeconds(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+) (h|min|s)/g)]
  const unit = { h: 3600, min: 60, s: 1 }
  return parts.length === 0
    ? undefined
    : parts.reduce((sum, [, count, name]) => sum + Number(count) * unit[name as keyof typeof unit], 0)
}

export interface ReadProgress {
  /** like "114/300 steps (38 %)" */
  readonly said: string
  /** 0 .. 1 */
  readonly share: number
  /** remaining seconds of the work, at its own pace */
  readonly left: number
}

/** The content of a line of plainProgress; undefined for other lines. */
export function readProgress(line: string): ReadProgress | undefined {
  const found = /: ((\d+)\/(\d+) \S+ \(\d+ %\)).*, ETA (.+)$/.exec(line)
  if (found === null) return undefined
  const [, said, done, total, eta] = found as unknown as [string, string, string, string, string]
  const left = readSeconds(eta)
  return left === undefined ? undefined : { said, share: Number(done) / Math.max(1, Number(total)), left }
}

export interface PlainOptions {
  /** least time between two lines */
  readonly seconds?: number
  /** whether a line shows a bar */
  readonly bar?: boolean
  /** milliseconds */
  readonly now?: () => number
}

const BAR = 24 // characters

/** Progress as lines: for logs, pipes and CI, and for a terminal that several programs share. */
export function plainProgress(
  write: (line: string) => void,
  { seconds = 10, bar = false, now = () => performance.now() }: PlainOptions = {},
): Progress {
  let work = { what: '', total: 0, unit: '', began: 0, from: 0, last: 0, done: 0 }
  return {
    start(what, total, unit, done = 0) {
      work = { what, total, unit, began: now(), from: done, last: now(), done }
      write(`${what}: ${total} ${unit}${done > 0 ? `, going on at ${done}` : ''}`)
    },
    update(done, note = '') {
      work.done = done
      if (now() - work.last < seconds * 1000) return
      work.last = now()
      const rate = (done - work.from) / (now() - work.began)
      const eta = formatSeconds((work.total - done) / rate / 1000)
      const share = done / Math.max(1, work.total)
      const filled = Math.round(BAR * share)
      const drawn = bar ? `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ` : ''
      write(
        `${work.what}: ${drawn}${done}/${work.total} ${work.unit} (${Math.floor(100 * share)} %)${note && `, ${note}`}, ETA ${eta}`,
      )
    },
    stop() {
      write(
        `${work.what}: ${work.done}/${work.total} ${work.unit} in ${formatSeconds((now() - work.began) / 1000)}`,
      )
    },
    say: write,
  }
}

/** Progress as a bar that redraws one line of a terminal. */
export function barProgress(stream: NodeJS.WriteStream): Progress {
  let bar: SingleBar | undefined
  const say = (line: string) => stream.write(`${line}\n`)
  return {
    start(what, total, unit, done = 0) {
      const format = `${what} {bar} {percentage} % | {value}/{total} ${unit} | ETA {eta_formatted} {note}`
      bar = new SingleBar({ format, stream, hideCursor: true, etaBuffer: 50 }, Presets.shades_classic)
      bar.start(total, done, { note: '' })
    },
    update(done, note = '') {
      bar?.update(done, { note: note && `| ${note}` })
    },
    stop() {
      bar?.stop()
      bar = undefined
    },
    say,
  }
}

/**
 * A bar on a terminal. turbo prefixes the lines of its tasks, so below it a bar cannot redraw: there it is a new line
 * every few seconds. Plain lines elsewhere.
 */
export function defaultProgress(): Progress {
  const shared = process.env.TURBO_HASH !== undefined
  if (process.stdout.isTTY && !shared) return barProgress(process.stdout)
  const write = (line: string) => void process.stdout.write(`${line}\n`)
  return process.stdout.isTTY ? plainProgress(write, { seconds: 4, bar: true }) : plainProgress(write)
}
