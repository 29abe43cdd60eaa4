// The report as a page that needs nothing else: text, tables and SVG pictures in one file.
import { MEASURES } from './evaluate-run.ts'
import type { Reliability } from './pictures/reliability.ts'
import type { Difference, Report, SplitReport } from './report.ts'

export interface Pictures {
  readonly quality: string
  readonly curves: string
  readonly reliability: Reliability | undefined
}

/** HTML. */
export function reportPage(report: Report, { quality, curves, reliability }: Pictures): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>DisRanker: report</title>
<style>${STYLE}</style>
<main>
<h1>Report</h1>
<ul>${report.sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('\n')}</ul>
<h2>Quality on the test split (${report.test.queries} queries)</h2>
<figure>${quality}</figure>
${rowsTable(report.test)}
<h3>Differences</h3>
${differencesTable(report.test.differences)}
<h2>Training curves</h2>
<figure>${curves}</figure>
<h2>Reliability of int8</h2>
${reliability === undefined ? '<p>No int8 run was there.</p>' : reliabilityPart(reliability)}
<h2>Quality on the validation split (${report.validation.queries} queries; choices were made on it)</h2>
${rowsTable(report.validation)}
<h2>How to read this</h2>
<p>Every model reranks the same BM25 candidates. MRR@10: reciprocal rank of the first document of the query's highest grade. nDCG@10: gain 2<sup>grade</sup> &minus; 1, ideal over all judged documents. PNR: pairs in the right order over pairs in the wrong one. Intervals: 95 %, bootstrap over queries; differences are paired, p by a two-sided randomisation test.</p>
</main>
</html>
`
}

function rowsTable({ rows }: SplitReport): string {
  const cells = Object.entries(rows).map(
    ([name, row]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th>${MEASURES.map((measure) => `<td>${row[measure].value.toFixed(3)} <small>${row[measure].low.toFixed(3)}&ndash;${row[measure].high.toFixed(3)}</small></td>`).join('')}</tr>`,
  )
  return `<div class="wide"><table><thead><tr><th>model</th>${MEASURES.map((measure) => `<th>${measure}</th>`).join('')}</tr></thead><tbody>${cells.join('\n')}</tbody></table></div>`
}

function differencesTable(differences: readonly Difference[]): string {
  const cells = differences.map(
    ({ row, against, measure, value, low, high, p }) =>
      `<tr><td>${row} &minus; ${against}</td><td>${measure}</td><td>${value.toFixed(4)}</td><td>${low.toFixed(4)} to ${high.toFixed(4)}</td><td>${p.toFixed(4)}</td></tr>`,
  )
  return `<div class="wide"><table><thead><tr><th>difference</th><th>measure</th><th>value</th><th>95 % interval</th><th>p</th></tr></thead><tbody>${cells.join('\n')}</tbody></table></div>`
}

const reliabilityPart = ({ pairs, largest, mean, sameFirst, picture }: Reliability) =>
  `<p>${pairs} scores: largest difference ${largest.toFixed(4)}, mean ${mean.toFixed(4)}; the first document is the same for ${(100 * sameFirst).toFixed(1)} % of the queries.</p><figure>${picture}</figure>`

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: light-dark(#fff, #16181c); color: light-dark(#1c1e21, #e4e6ea); }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid light-dark(#ddd, #3a3d44); padding-bottom: .25rem; }
figure { margin: 1rem 0; padding: 1rem; background: #fff; border: 1px solid light-dark(#ddd, #3a3d44); border-radius: 6px; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid light-dark(#eee, #2c2f35); white-space: nowrap; }
small { color: light-dark(#666, #9aa0a8); }
`
