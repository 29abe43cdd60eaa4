// The order of the site: the sidebar and llms.txt are made from this list.

export interface SitePage {
  readonly title: string
  /** below pages/, without .md */
  readonly path: string
  /** one line, for llms.txt */
  readonly about: string
}

export interface SiteGroup {
  readonly title: string
  readonly pages: readonly SitePage[]
}

const page = (title: string, path: string, about: string): SitePage => ({ title, path, about })

export const site: readonly SiteGroup[] = [
  {
    title: 'Begin',
    pages: [
      page('Start', 'start', 'ten minutes from a clone to an answer'),
      page(
        'In your app',
        'in-your-app',
        'the reranker as a package: Node, browser, Worker, and adapters for frameworks',
      ),
      page('Ten questions', 'questions', 'short answers, with links to the long ones'),
    ],
  },
  {
    title: 'Train',
    pages: [
      page('Your log', 'your-log', 'files of clicks, documents and judgements, and how they are processed'),
      page(
        'Your teacher',
        'your-teacher',
        'vLLM, text-embeddings-inference, hosted rerankers, models of the hub, files of scores',
      ),
      page(
        'Published weights',
        'published-weights',
        'a frozen encoder, and students and teachers that start from checkpoints',
      ),
      page('Beyond one machine', 'beyond-one-machine', 'GPUs, Spark, and trainers in Python'),
      page(
        'Bring a cross-encoder',
        'bring-a-cross-encoder',
        'any cross-encoder as an int8 bundle, and a student to a hub',
      ),
      page('Backends', 'backends', 'the backends of training, and benchmarks'),
    ],
  },
  {
    title: 'Serve',
    pages: [
      page('Deploy', 'deploy', 'Cloudflare, Node, Docker: keys, models, documents by id'),
      page('Use it from your client', 'clients', 'clients of hosted rerankers with another base URL'),
      page('API', 'api', 'documents, fields, answers, headers, errors'),
      page('Operate', 'operate', 'limits, metrics, log, overload, cost'),
      page('Measure online', 'measure-online', 'record, compare arms, promote, train again'),
    ],
  },
  {
    title: 'Understand',
    pages: [
      page(
        'How it works',
        'how-it-works',
        'the method, equation by equation, with the file that computes each',
      ),
      page('The report', 'report', 'measures, intervals, significance, and when a model is not served'),
      page('Text', 'text', 'words, exact matches and tokens'),
      page('Architecture', 'architecture', 'packages, stages, the place of everything in the code, words'),
      page('Packages', 'packages', 'the details of each package'),
      page(
        'Alternatives',
        'alternatives',
        'hosted rerankers, a server with a GPU, sentence-transformers: when each is better',
      ),
    ],
  },
  {
    title: 'Reference',
    pages: [
      page('Recipe lines', 'made/recipes', 'every line of every recipe'),
      page('Settings', 'made/settings', 'every variable, secret and binding'),
      page('Paths and fields', 'made/paths', 'every path of the API and every field of its body'),
      page('Commands', 'made/commands', 'every command and every stage'),
      page('Experiments', 'made/experiments/index', 'all experiments, including failed ones'),
    ],
  },
]
