// Which part of a pre-trained teacher trains. What does not is held once, as its file has it, without moments.

export interface TrainedPart {
  /** the tables of words: with large vocabularies they cost more than the layers */
  readonly embeddings: boolean
  /** the last layers; all when not given */
  readonly lastLayers?: number
}

/** Tells by a weight's name whether it trains. Final norm and ranking head always do. */
export function trainedBy(part: TrainedPart | undefined, layers: number): (name: string) => boolean {
  const { embeddings = true, lastLayers = layers } = part ?? {}
  return (name) => {
    const layer = /^model\.layers\.(\d+)\./.exec(name)?.[1]
    if (layer !== undefined) return Number(layer) >= layers - lastLayers
    return embeddings || !/embed_tokens|lm_head/.test(name)
  }
}
