// Views of result pages in columns, the input of click models. A block holds whole queries.

/** Beta(strength * mean, strength * (1 - mean)) */
export interface Prior {
  /** [positions], for the position at which a document is mostly shown, from 0 */
  readonly mean: Float64Array
  /** in examinations */
  readonly strength: number
}

export interface ViewBlock {
  /** [views + 1]: where the rows of a view begin; the rows of view v are start[v] .. start[v + 1] */
  readonly start: Int32Array
  /** [views]: how often the view was seen */
  readonly times: Float64Array
  /** [rows]: the (query, document) shown, 0 .. items - 1; a view's rows go down the page */
  readonly item: Int32Array
  /** [rows]: from 1 */
  readonly position: Uint8Array
  /** [rows]: 1 for a click */
  readonly clicked: Uint8Array
  readonly items: number
}

/** The estimates of a model for every (query, document) of a block. */
export interface Evidence {
  /** [items]: clicks */
  readonly clicks: Float64Array
  /** [items]: expected number of examinations, with or without a click */
  readonly examined: Float64Array
}

/** A fitted model: the parameters of all queries. */
export interface ClickModel {
  readonly name: string
  readonly prior: Prior
  /** [positions]: examination probability of a position, over all views; the first sets the scale */
  readonly examination: readonly number[]
  /**
   * Clicks and examinations of the items of a block, by expectation maximisation with all other parameters
   * fixed.
   */
  explain(block: ViewBlock): Evidence
  /**
   * The probability of a click on every row, given the clicks above it in its view.
   * @param attraction [items]
   */
  predict(block: ViewBlock, attraction: Float64Array): Float64Array
}

/** Collects views one row at a time. */
export class BlockBuilder {
  readonly #start: number[] = [0]
  readonly #times: number[] = []
  readonly #item: number[] = []
  readonly #position: number[] = []
  readonly #clicked: number[] = []

  get rows(): number {
    return this.#item.length
  }

  addRow(item: number, position: number, clicked: boolean): void {
    this.#item.push(item)
    this.#position.push(position)
    this.#clicked.push(clicked ? 1 : 0)
  }

  /** Ends the view whose rows were added last. */
  endView(times: number): void {
    this.#times.push(times)
    this.#start.push(this.#item.length)
  }

  build(items: number): ViewBlock {
    return {
      start: Int32Array.from(this.#start),
      times: Float64Array.from(this.#times),
      item: Int32Array.from(this.#item),
      position: Uint8Array.from(this.#position),
      clicked: Uint8Array.from(this.#clicked),
      items,
    }
  }
}
