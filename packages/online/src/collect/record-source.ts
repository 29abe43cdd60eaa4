// Where recorded files lie: one port, with a folder, an S3 bucket (Cloudflare R2, AWS, MinIO), Iceberg tables and a search engine's index behind it.

/** A file that a source has. */
export interface RemoteFile {
  /** its path below the source, such as `ubi_events/2026/11/30/09/m0.ndjson.gz` */
  readonly name: string
  /** changes when the content does */
  readonly tag: string
}

export interface RecordSource {
  /** for messages; without credentials */
  readonly name: string
  /** Rows move to other files and the files they were in are no longer listed, so what was brought of those is taken away. */
  readonly rewrites?: boolean
  /** Files of both tables that hold what was recorded at `since` or later, as far as their names tell. */
  list(since: Date | undefined): AsyncIterable<RemoteFile>
  read(file: RemoteFile): Promise<AsyncIterable<Uint8Array>>
}

/** Whether a name belongs to one of the two tables. */
export const isRecorded = (name: string): boolean =>
  /^ubi_(queries|events)([-/.]|$)/.test(name) && /\.((jsonl|ndjson|json)(\.gz|\.zst)?|parquet)$/.test(name)

/**
 * Whether the hour in a name (`2026-11-30T09`, `2026/11/30/09`), or its day (`year=2026/month=11/day=30`), is at or after `since`; a
 * name without one is taken.
 */
export function isSince(name: string, since: Date | undefined): boolean {
  const found =
    /(\d{4})[-/](\d{2})[-/](\d{2})[T/](\d{2})/.exec(name) ??
    /year=(\d{4})\/month=(\d{2})\/day=(\d{2})(?:\/hour=(\d{2}))?/.exec(name)
  if (since === undefined || found === null) return true
  const [year, month, day] = found.slice(1, 4).map(Number)
  const hour = found[4] === undefined ? 23 : Number(found[4])
  return Date.UTC(year!, month! - 1, day, hour + 1) > since.getTime()
}
