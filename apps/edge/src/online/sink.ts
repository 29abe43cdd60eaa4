// The destination of records. One interface, several implementations: Cloudflare Pipelines, a Queue,
// a folder of the Node server, an HTTP collector.

/** The two tables of User Behavior Insights. */
export type RecordedTable = 'ubi_queries' | 'ubi_events'

/** A row with the id that tells it from all others, so that a row that is sent twice counts once. */
export interface Row {
  readonly id: string
  readonly value: object
}

export interface Sink {
  /** for the log and /health */
  readonly name: string
  /** characters of the JSON of the longest row that it takes; without a bound when not given */
  readonly longest?: number
  /**
   * Keeps rows. When it returns, they are kept: a folder has them on the disk, a service has taken them.
   * @throws {Error} they may not be kept; they may be given again
   */
  write(table: RecordedTable, rows: readonly Row[]): Promise<void>
  /** Closes it; rows that were given before are kept. */
  close?(): Promise<void>
}
