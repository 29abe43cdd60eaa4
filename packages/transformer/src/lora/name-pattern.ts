// Names of weights in a recipe, with wildcards.

/**
 * Whether a pattern is a sequence of whole parts of a name, with `*` for any characters: 'q_proj', 'layers.3'
 * and 'mlp.*_proj' match `model.layers.3.mlp.up_proj.weight` or one of its neighbours, 'layers.1' does not
 * match `layers.13`.
 */
export function matchesName(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'))
  return new RegExp(`(^|\\.)${parts.join('.*')}($|\\.)`).test(name)
}

export const matchesSome = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matchesName(pattern, name))
