// What experiments change of a search. Two that change the same thing cannot run on one request: what users then do would say nothing of
// either. All others run at once, each with users drawn by a salt of its own.

/** The fields of an experiment that say what it changes. */
export interface Layered {
  readonly name: string
  readonly design: 'ab' | 'team-draft' | 'explore'
  readonly arms: readonly { readonly model?: string | undefined }[]
  readonly layer?: string | undefined
}

/** The same, with when it runs and for which callers. */
export interface Scheduled extends Layered {
  readonly start: string
  readonly end: string
  readonly only?:
    | {
        readonly applications?: readonly string[] | undefined
        readonly keys?: readonly string[] | undefined
      }
    | undefined
}

/** Whether an experiment decides which model orders the list. */
export const choosesModel = ({ arms }: Pick<Layered, 'arms'>): boolean =>
  arms.some(({ model }) => model !== undefined)

/** Whether an experiment changes the order; the arms of one that does not are for the caller to act on. */
export const shapesOrder = (experiment: Pick<Layered, 'arms' | 'design'>): boolean =>
  choosesModel(experiment) || experiment.design === 'explore'

/**
 * `model`: which model orders the list. `swaps`: neighbours of it are swapped, which a list with two teams in it forbids. Else a layer of
 * the caller's own, by default the experiment's name.
 */
export function layersOf({ name, design, arms, layer }: Layered): string[] {
  const order = [
    ...(choosesModel({ arms }) ? ['model'] : []),
    ...(design === 'explore' || design === 'team-draft' ? ['swaps'] : []),
  ]
  return order.length > 0 ? order : [layer ?? name]
}

/** The layer that two experiments share while both run for the same callers; undefined where they may run at once. */
export function conflictOf(a: Scheduled, b: Scheduled): string | undefined {
  if (Date.parse(a.start) >= Date.parse(b.end) || Date.parse(b.start) >= Date.parse(a.end)) return undefined
  const apart = (one: readonly string[] | undefined, other: readonly string[] | undefined) =>
    one !== undefined && other !== undefined && !one.some((name) => other.includes(name))
  if (apart(a.only?.applications, b.only?.applications) || apart(a.only?.keys, b.only?.keys)) return undefined
  const layers = layersOf(b)
  return layersOf(a).find((layer) => layers.includes(layer))
}
