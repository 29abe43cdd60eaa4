/** subjects of the documents and queries of small corpora */
export const SUBJECTS = [
  'apple',
  'bridge',
  'candle',
  'desert',
  'engine',
  'forest',
  'garden',
  'harbor',
  'island',
  'jacket',
]
