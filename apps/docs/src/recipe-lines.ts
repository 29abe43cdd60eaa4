// The lines of a recipe, from the JSON schema of its zod schema.

export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema | boolean
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly pattern?: string
  readonly description?: string
  /** of a schema whose check is a function: recipeParts.formsOf */
  readonly forms?: readonly JsonSchema[]
  readonly default?: unknown
}

export interface RecipeLine {
  /** the key, with a dot before each level: `training.schedule.peak` */
  readonly path: string
  /** the allowed values, in words */
  readonly values: string
  readonly required: boolean
}

/** @returns one line for each key that is not an object itself; keys of several alternatives are merged */
export function recipeLines(schema: JsonSchema): RecipeLine[] {
  const lines = new Map<string, { values: Set<string>; required: boolean }>()
  walk(schema, '', true, (path, values, required) => {
    const line = lines.get(path) ?? { values: new Set(), required }
    line.values.add(values)
    line.required &&= required
    lines.set(path, line)
  })
  return [...lines].map(([path, { values, required }]) => ({
    path,
    values: [...values].join(' or '),
    required,
  }))
}

function walk(
  schema: JsonSchema,
  path: string,
  required: boolean,
  add: (path: string, values: string, required: boolean) => void,
): void {
  for (const other of schema.allOf ?? []) walk(other, path, required, add)
  const alternatives = schema.forms ?? schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) {
    // a key of one alternative is not required by the others
    const [nested, plain] = partition(alternatives, isNested)
    for (const one of nested) walk(one, path, required && alternatives.length === 1, add)
    if (plain.length > 0 && path !== '')
      add(path, [...new Set(plain.map(valuesOf))].join(', '), required && nested.length === 0)
    return
  }
  if (schema.properties !== undefined) {
    for (const [key, value] of Object.entries(schema.properties))
      walk(
        value,
        path === '' ? key : `${path}.${key}`,
        required && (schema.required?.includes(key) ?? false),
        add,
      )
    return
  }
  const items = typeof schema.items === 'object' ? schema.items : undefined
  if (items !== undefined && isNested(items)) {
    walk(items, `${path}[]`, required, add)
    return
  }
  if (path !== '') add(path, valuesOf(schema), required)
}

const isNested = (schema: JsonSchema): boolean =>
  schema.properties !== undefined ||
  (schema.forms ?? schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []).some(isNested) ||
  (typeof schema.items === 'object' && isNested(schema.items))

const partition = <T>(all: readonly T[], first: (one: T) => boolean): [T[], T[]] => [
  all.filter(first),
  all.filter((one) => !first(one)),
]

/** The values of a key in words: `0 to 1`, `"auto"`, `list of whole numbers`. */
export function valuesOf(schema: JsonSchema): string {
  if (schema.const !== undefined)
    return typeof schema.const === 'number' ? String(schema.const) : JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(', ')
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return [...new Set(alternatives.map(valuesOf))].join(', ')
  if (schema.allOf !== undefined) return [...new Set(schema.allOf.map(valuesOf))].join(' and ')
  if (schema.prefixItems !== undefined) return `list of ${schema.prefixItems.map(valuesOf).join('; ')}`
  switch (schema.type) {
    case 'integer':
      return `whole number${boundsOf(schema)}`
    case 'number':
      return `number${boundsOf(schema)}`
    case 'array':
      return `list of ${typeof schema.items === 'object' ? valuesOf(schema.items) : 'values'}`
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `names, each with: ${valuesOf(schema.additionalProperties)}`
        : 'names with values'
    case 'boolean':
      return 'true, false'
    case 'string':
      return 'text'
    default:
      return 'any value'
  }
}

/** bounds that only mean "a JavaScript number" are left out */
const isReal = (bound: number | undefined): bound is number =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  if (isReal(minimum) && isReal(maximum)) return ` from ${minimum} to ${maximum}`
  const low = isReal(minimum)
    ? ` of at least ${minimum}`
    : isReal(exclusiveMinimum)
      ? ` above ${exclusiveMinimum}`
      : ''
  const high = isReal(maximum)
    ? ` of at most ${maximum}`
    : isReal(exclusiveMaximum)
      ? ` below ${exclusiveMaximum}`
      : ''
  return low + (low && high && ',') + high
}
