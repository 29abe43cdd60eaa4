// Every stage with its default recipe and all lines that a recipe may have.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from '@disranker/pipeline'
import { z } from 'zod'
import { code, madeFrom, table, verbatim } from './markdown.ts'
import { type JsonSchema, recipeLines } from './recipe-lines.ts'

/** @param root the repository */
export async function recipesPage(root: string): Promise<string> {
  const parts: string[] = []
  for (const stage of pipeline) {
    const { schema } = await stage.load()
    if (schema === undefined) continue
    const folder = join('packages', stage.home, 'recipes')
    const file = join(folder, `${stage.name}.ts`)
    const others = ['example', 'pretrained']
      .map((kind) => join(folder, kind, `${stage.name}.ts`))
      .filter((path) => existsSync(join(root, path)))
    const json = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      reused: 'inline',
    }) as JsonSchema
    const lines = recipeLines(json).map(({ path, values, required }) => [
      verbatim(path),
      values,
      required ? 'yes' : 'no',
    ])
    parts.push(
      `## ${stage.name}`,
      `${stage.about}. Run it with \`npx turbo run ${stage.name}\`.`,
      `${link(file)}:`,
      code(readFileSync(join(root, file), 'utf8'), 'ts'),
      ...(others.length > 0 ? [`Other recipes of this stage: ${others.map(link).join(', ')}.`] : []),
      table(['line', 'values', 'required'], lines),
    )
  }
  return [
    '# Recipe lines',
    madeFrom('the zod schemas that check the recipes, and from the recipe files'),
    'A recipe is a TypeScript file that exports one object. `npx turbo run recipes` checks all of them in seconds. `recipes/example/` is ' +
      'used for the embedded example, `recipes/pretrained/` with published weights. In the tables `[]` stands for each ' +
      'item of a list.',
    ...parts,
    '',
  ].join('\n\n')
}

const link = (path: string) => `[${path}](../../../../${path})`
