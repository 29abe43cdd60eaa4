// Pretrained word vectors, the start of a network's token embeddings: text in the format of GloVe, word2vec and fastText, a
// NumPy matrix with its words in a second file, or the embeddings of any model's folder.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { InputError } from '@disranker/stage'
import { loadTokenizer } from '@disranker/tokenizer'
import { fromFloat16, openTensors, type TensorData } from '@disranker/transformer'

/** Vectors of one width by word; words without one are missing. */
export type WordVectors = ReadonlyMap<string, Float32Array>

/**
 * Reads the vectors of some words.
 * @param path a text file (`word v1 v2 ...` on each line, with or without a first line of counts), `name.npy`
 * of float32, float64 or float16 with `name.txt` in the same folder (one word on each line), or a folder with
 * model.safetensors and tokenizer.json
 * @throws {InputError} when it is none of these, or a line has another width
 */
export async function readWordVectors(path: string, words: ReadonlySet<string>): Promise<WordVectors> {
  if (!existsSync(path))
    throw new InputError(
      `There are no word vectors ${path}. Wanted: a text file, a .npy file or a model's folder.`,
    )
  const found = statSync(path).isDirectory()
    ? ofFolder(path, words)
    : path.endsWith('.npy')
      ? ofMatrix(path, words)
      : await ofText(path, words)
  if (found.size === 0)
    throw new InputError(
      `${path} has a vector for none of the ${words.size} words. Is it of another language?`,
    )
  return found
}

async function ofText(path: string, words: ReadonlySet<string>): Promise<WordVectors> {
  const found = new Map<string, Float32Array>()
  let [width, number] = [0, 0]
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number++
    if (line === '' || (number === 1 && /^\d+ \d+$/.test(line.trim()))) continue
    const parts = line.trimEnd().split(' ')
    width ||= parts.length - 1
    // a word of GloVe may contain spaces: the numbers are counted from the end
    const word = parts.slice(0, parts.length - width).join(' ')
    if (!words.has(word)) continue
    const vector = Float32Array.from(parts.slice(-width), Number)
    if (parts.length <= width || !vector.every(Number.isFinite))
      throw new InputError(
        `${path}:${number} is not a word with ${width} numbers: ${line.slice(0, 60)}. Copy the file again.`,
      )
    found.set(word, vector)
  }
  return found
}

const READ: Readonly<Record<string, (bytes: ArrayBuffer) => Float32Array>> = {
  '<f4': (bytes) => new Float32Array(bytes),
  '<f8': (bytes) => Float32Array.from(new Float64Array(bytes)),
  '<f2': (bytes) => fromFloat16(new Uint16Array(bytes)),
}

function ofMatrix(path: string, words: ReadonlySet<string>): WordVectors {
  const list = path.replace(/\.npy$/, '.txt')
  if (!existsSync(list)) throw new InputError(`${path} lacks ${list}: the words of its rows, one a line.`)
  const file = readFileSync(path)
  const short = file[6] === 1
  const begin = short ? 10 : 12
  const length = file.length > begin ? (short ? file.readUInt16LE(8) : file.readUInt32LE(8)) : 0
  const header = file.subarray(begin, begin + length).toString('latin1')
  const [, type = ''] = /'descr': '([^']+)'/.exec(header) ?? []
  const [, rows, width] = /'shape': \((\d+), (\d+)\)/.exec(header) ?? []
  const read = READ[type]
  if (
    file.subarray(1, 6).toString('latin1') !== 'NUMPY' ||
    read === undefined ||
    !width ||
    /order': True/.test(header)
  )
    throw new InputError(
      `${path} is no matrix of float32, float64 or float16 in rows, as numpy.save writes it: ${JSON.stringify(header.trim().slice(0, 80))}.`,
    )
  const values = read(Uint8Array.from(file.subarray(begin + length)).buffer)
  const listed = readFileSync(list, 'utf8').trimEnd().split(/\r?\n/)
  if (listed.length !== Number(rows) || values.length !== Number(rows) * Number(width))
    throw new InputError(
      `${path} says ${rows} rows of ${width} and has ${values.length} numbers; ${list} has ${listed.length} words.`,
    )
  return new Map(
    listed.flatMap((word, row) =>
      words.has(word) ? [[word, values.slice(row * Number(width), (row + 1) * Number(width))] as const] : [],
    ),
  )
}

/** The vector of a word of several tokens is their mean. */
function ofFolder(folder: string, words: ReadonlySet<string>): WordVectors {
  const text = join(folder, 'tokenizer.json')
  if (!existsSync(text))
    throw new InputError(`${folder} lacks tokenizer.json. Wanted: a model's folder, or a file of vectors.`)
  const tokenizer = loadTokenizer(readFileSync(text, 'utf8'))
  const { shape, data } = tableOf(folder, tokenizer.vocabSize)
  const width = shape[1]!
  const unknown = new Set(['[UNK]', '<unk>'].map((token) => tokenizer.idOf(token)))
  const found = new Map<string, Float32Array>()
  for (const word of words) {
    const ids = tokenizer.encode(word)
    if (ids.length === 0 || ids.some((id) => unknown.has(id))) continue
    const vector = new Float32Array(width)
    for (const id of ids)
      for (let at = 0; at < width; at++) vector[at]! += data[id * width + at]! / ids.length
    found.set(word, vector)
  }
  return found
}

/** The matrix with one row for each token: if there are several, the one whose name says embedding. */
function tableOf(folder: string, rows: number): TensorData {
  const tables = [...openTensors(folder)].filter(([, { shape }]) => shape.length === 2 && shape[0]! >= rows)
  const [, table] = tables.find(([name]) => /embed/i.test(name)) ?? tables[0] ?? []
  if (table !== undefined) return { shape: table.shape, data: table.data }
  throw new InputError(
    `${folder} has no matrix with a row for each of the ${rows} tokens of its tokenizer.json.`,
  )
}
