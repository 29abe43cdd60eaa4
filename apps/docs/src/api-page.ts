// The API reference, from the Worker's own /openapi.json.
import { createDialects, DEFAULT_LIMITS, openApi } from '@disranker/edge'
import { z } from 'zod'
import { code, madeFrom, table, verbatim } from './markdown.ts'
import { type JsonSchema, valuesOf } from './recipe-lines.ts'

const text = z.string()
const media = z.object({
  schema: z.record(text, z.unknown()).optional(),
  example: z.unknown().optional(),
})
const content = z.record(text, media)
const description = z.object({
  paths: z.record(
    text,
    z.record(
      text,
      z.object({
        summary: text,
        parameters: z.array(z.object({ name: text, in: text, description: text.optional() })).optional(),
        requestBody: z.object({ content }).optional(),
        responses: z.record(text, z.object({ description: text, content: content.optional() })),
      }),
    ),
  ),
})

export function apiPage(): string {
  const { paths } = description.parse(openApi(createDialects(DEFAULT_LIMITS).paths, true))
  const parts = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => {
      const body = operation.requestBody?.content['application/json']
      const schema = body?.schema as JsonSchema | undefined
      const fields = schema === undefined ? [] : fieldsOf(schema)
      return [
        `## ${method.toUpperCase()} ${path}`,
        `${operation.summary}.`,
        ...(operation.parameters
          ? [
              table(
                ['parameter', 'in', 'meaning'],
                operation.parameters.map((one) => [verbatim(one.name), one.in, one.description ?? '']),
              ),
            ]
          : []),
        ...(fields.length > 0 ? [table(['field', 'values', 'required', 'meaning'], fields)] : []),
        ...(body?.example === undefined ? [] : [code(JSON.stringify(body.example, undefined, 2), 'json')]),
        `Statuses: ${Object.keys(operation.responses).join(', ')}.`,
      ].join('\n\n')
    }),
  )
  return [
    '# Paths and fields',
    madeFrom('the OpenAPI description of the Worker'),
    'A server describes itself at `/docs` and `/openapi.json`. [API](../api.md) explains the rules of all paths and the meaning of each status.',
    ...parts,
    '',
  ].join('\n\n')
}

/** The fields of a body; those of several APIs on one path are merged. */
function fieldsOf(schema: JsonSchema): string[][] {
  const bodies = schema.anyOf ?? schema.oneOf ?? [schema]
  const names = [...new Set(bodies.flatMap(({ properties = {} }) => Object.keys(properties)))]
  return names.map((name) => {
    const found = bodies.flatMap(({ properties = {} }) => properties[name] ?? [])
    return [
      verbatim(name),
      [...new Set(found.map(valuesOf))].join(' or '),
      bodies.every(({ required = [] }) => required.includes(name)) ? 'yes' : 'no',
      [...new Set(found.flatMap(({ description: about }) => about ?? []))].join(' '),
    ]
  })
}
