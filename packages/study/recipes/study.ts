// The study of the embedded example: one thing changed at a time.
import type { StudyRecipe } from '../src/study-recipe.ts'

const hybrid = (alpha: number) => ({ objective: { loss: 'hybrid', alpha } })
const alone = (teacher: object) => ({ teachers: [{ ...teacher, weight: 1 }] })
const size = (hidden_size: number, num_hidden_layers: number) => ({
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
    ensemble: { what: 'towers and a small decoder from scratch, standardised and added' },
    'decoder without CPT': {
      what: 'the same decoder, fine-tuned from random weights',
      cpt: 'none',
      score: alone({ decoder: 'sft' }),
    },
    towers: { what: 'the towers', score: alone({ scores: 'towers' }) },
  },
  sections: [
    {
      title: 'Teachers',
      about: 'What the students learn from, ranked by itself.',
      arms: {
        teacher: { what: 'towers and decoder, added', teacher: 'ensemble', ranks: 'teacher' },
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
        'towers alone': { what: 'mean token embeddings, graded', teacher: 'towers', ranks: 'teacher' },
      },
      compare: [
        ['teacher', 'towers alone'],
        ['teacher', 'decoder alone'],
        ['decoder alone', 'decoder without CPT'],
      ],
    },
    {
      title: 'Objectives',
      about: 'One student, one sampler, the same steps: only what it learns from differs.',
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
      title: 'Sizes',
      about: 'Quality against latency: students of several sizes in int8, timed as a Worker runs them.',
      arms: {
        'L2-H128': { what: '2 layers of 128', teacher: 'ensemble', ranks: 'int8' },
        'L4-H256': {
          what: '4 layers of 256',
          teacher: 'ensemble',
          ranks: 'int8',
          student: size(256, 4),
          seeds: 1,
        },
        'L6-H384': {
          what: '6 layers of 384',
          teacher: 'ensemble',
          ranks: 'int8',
          student: size(384, 6),
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
      title: 'Fewer grades',
      about: 'Teacher and student with the grades of a part of the train queries; clicks and queries stay.',
      arms: Object.fromEntries(
        [0.1, 0.25, 0.5].flatMap((grades) => [
          [
            `labels ${100 * grades} %`,
            { what: `student on ${100 * grades} % of the grades`, grades, seeds: 1 },
          ],
          [
            `distilled ${100 * grades} %`,
            {
              what: `its teacher had ${100 * grades} % of the grades`,
              teacher: 'ensemble',
              grades,
              seeds: 1,
            },
          ],
        ]),
      ),
      compare: [
        ['distilled 10 %', 'labels 10 %'],
        ['distilled 25 %', 'labels 25 %'],
        ['distilled 50 %', 'labels 50 %'],
      ],
      picture: 'grades',
    },
  ],
} satisfies StudyRecipe
