// The study of the embedded example: one change at a time. Arms with published weights run if
// DISRANKER_PRETRAINED names them (bi-encoder, student, decoder); otherwise the report lists them as not run.
import type { StudyRecipe } from '../src/study-recipe.ts'

const hybrid = (alpha: number) => ({ objective: { loss: 'hybrid', alpha } })
const alone = (teacher: object) => ({ teachers: [{ ...teacher, weight: 1 }] })
/**
 * Larger networks need lower rates: at the example's rate a post-norm network of 4 layers learns badly, one
 * of 6 not at all.
 */
const size = (hidden_size: number, num_hidden_layers: number, peak: number) => ({
  training: { schedule: { peak } },
  model: {
    hidden_size,
    num_hidden_layers,
    num_attention_heads: hidden_size / 64,
    intermediate_size: 4 * hidden_size,
  },
})

export default {
  seeds: [3, 13, 23],
  resampling: { samples: 5000, seed: 7 },
  teachers: {
    ensemble: { what: 'the static bi-encoder and a small decoder from scratch, standardised and added' },
    'decoder without CPT': {
      what: 'the same decoder, fine-tuned from random weights',
      cpt: 'none',
      score: alone({ decoder: 'sft' }),
    },
    static: { what: 'the static bi-encoder', score: alone({ scores: 'static-bi-encoder' }) },
    encoder: {
      what: 'a published encoder, fine-tuned',
      score: alone({ scores: 'bi-encoder' }),
      needs: 'bi-encoder',
    },
    'static + encoder': {
      what: 'the static bi-encoder and a published encoder, standardised and added',
      score: {
        teachers: [
          { scores: 'static-bi-encoder', weight: 1 },
          { scores: 'bi-encoder', weight: 'auto' },
        ],
      },
      needs: 'bi-encoder',
    },
    'published decoder': {
      what: 'a published decoder: continued pre-training, then ranking',
      start: 'pretrained',
      score: alone({ decoder: 'sft' }),
      needs: 'decoder',
    },
    'published decoder without CPT': {
      what: 'the same without continued pre-training',
      start: 'pretrained',
      cpt: 'none',
      score: alone({ decoder: 'sft' }),
      needs: 'decoder',
    },
  },
  sections: [
    {
      title: 'Teachers',
      about: 'The teachers of the students, ranked alone.',
      arms: {
        teacher: {
          what: 'the static bi-encoder and the decoder, added',
          teacher: 'ensemble',
          ranks: 'teacher',
        },
        'decoder alone': {
          what: 'decoder from scratch, with CPT',
          teacher: 'ensemble',
          ranks: 'teacher',
          part: 'sft',
        },
        'decoder without CPT': {
          what: 'the same without continued pre-training',
          teacher: 'decoder without CPT',
          ranks: 'teacher',
        },
        'static alone': { what: 'mean token embeddings, graded', teacher: 'static', ranks: 'teacher' },
      },
      compare: [
        ['teacher', 'static alone'],
        ['teacher', 'decoder alone'],
        ['decoder alone', 'decoder without CPT'],
      ],
    },
    {
      title: 'Objectives',
      about: 'One student, one sampler, the same steps: only the targets differ.',
      arms: {
        labels: { what: 'listwise on grades' },
        point: { what: 'MSE of the scores', teacher: 'ensemble', student: hybrid(1) },
        margin: { what: 'MSE of score differences', teacher: 'ensemble', student: hybrid(0) },
        'hybrid .25': {
          what: 'a quarter point, the rest margin',
          teacher: 'ensemble',
          student: hybrid(0.25),
        },
        'hybrid .5': { what: 'half point, half margin', teacher: 'ensemble', student: hybrid(0.5) },
        'hybrid .75': { what: 'three quarters point', teacher: 'ensemble', student: hybrid(0.75) },
        'listwise KL': {
          what: 'KL of the two distributions over a group',
          teacher: 'ensemble',
          student: { objective: { loss: 'listwise-kl', temperature: 1 } },
        },
        'labels + teacher': {
          what: 'hybrid on the teacher, and listwise on the grades',
          teacher: 'ensemble',
          student: {
            objective: [
              { weight: 0.7, loss: 'hybrid', alpha: 0.5, targets: 'scores' },
              { weight: 0.3, loss: 'listwise', targets: 'grades', gains: [0, 0.03, 0.08, 1] },
            ],
          },
        },
      },
      compare: [
        ['hybrid .5', 'labels'],
        ['labels + teacher', 'labels'],
        ['labels + teacher', 'hybrid .5'],
        ['hybrid .5', 'point'],
        ['hybrid .5', 'margin'],
        ['listwise KL', 'hybrid .5'],
        ['hybrid .5', 'teacher'],
      ],
    },
    {
      title: 'Fewer grades',
      about: 'Teacher and student with the grades of a part of the train queries; clicks and queries stay.',
      arms: Object.fromEntries(
        [0.1, 0.25, 0.5, 1].flatMap((grades) => {
          const share = `${100 * grades} %`
          const vectors = { teacher: 'ensemble', grades }
          const ungraded = { groups: { unlabelledShare: 0.5 } }
          return Object.entries({
            [`labels ${share}`]: { what: `student on ${share} of the grades`, grades },
            [`distilled ${share}`]: {
              what: 'on the same queries; its teacher had the same grades',
              ...vectors,
            },
            ...(grades < 1 && {
              [`distilled ${share}, all queries`]: {
                what: 'half of its groups are of the queries without grades',
                ...vectors,
                student: ungraded,
              },
            }),
          })
        }),
      ),
      compare: ['10', '25', '50', '100'].flatMap((share): [string, string][] => [
        [`distilled ${share} %`, `labels ${share} %`],
        ...(share === '100'
          ? []
          : ([[`distilled ${share} %, all queries`, `distilled ${share} %`]] as [string, string][])),
      ]),
      picture: 'grades',
    },
    {
      title: 'Sizes',
      about: 'Quality against latency: students of several sizes in int8, timed as a Worker runs them.',
      arms: {
        'L2-H128': { what: '2 layers of 128', teacher: 'ensemble', ranks: 'int8' },
        'L4-H256': {
          what: '4 layers of 256',
          teacher: 'ensemble',
          ranks: 'int8',
          student: size(256, 4, 3e-4),
          seeds: 1,
        },
        'L6-H384': {
          what: '6 layers of 384',
          teacher: 'ensemble',
          ranks: 'int8',
          student: size(384, 6, 2e-4),
          seeds: 1,
        },
      },
      compare: [
        ['L4-H256', 'L2-H128'],
        ['L6-H384', 'L2-H128'],
      ],
      picture: 'latency',
    },
    {
      title: 'Published weights',
      about: 'Teachers and students that were trained before.',
      arms: {
        encoder: { what: 'ranks by itself', teacher: 'encoder', ranks: 'teacher', seeds: 1 },
        'static + encoder': {
          what: 'ranks by itself',
          teacher: 'static + encoder',
          ranks: 'teacher',
          seeds: 1,
        },
        'pupil of static + encoder': {
          what: 'half point, half margin, from scratch',
          teacher: 'static + encoder',
          seeds: 1,
        },
        'labels, from a checkpoint': {
          what: 'three layers of the encoder, on grades',
          start: 'pretrained',
          seeds: 1,
          needs: 'student',
        },
        'distilled, from a checkpoint': {
          what: 'the same, as the pupil of static + encoder',
          start: 'pretrained',
          teacher: 'static + encoder',
          seeds: 1,
          needs: 'student',
        },
        'published decoder': { what: 'with CPT', teacher: 'published decoder', ranks: 'teacher', seeds: 1 },
        'published decoder without CPT': {
          what: 'fine-tuned as it was published',
          teacher: 'published decoder without CPT',
          ranks: 'teacher',
          seeds: 1,
        },
      },
      compare: [
        ['encoder', 'static alone'],
        ['static + encoder', 'teacher'],
        ['pupil of static + encoder', 'hybrid .5'],
        ['pupil of static + encoder', 'labels'],
        ['distilled, from a checkpoint', 'labels, from a checkpoint'],
        ['distilled, from a checkpoint', 'pupil of static + encoder'],
        ['published decoder', 'published decoder without CPT'],
        ['published decoder', 'decoder alone'],
      ],
    },
  ],
} satisfies StudyRecipe
