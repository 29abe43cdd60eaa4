// The style of report.html. The pictures use the same variables for their colours.

/** the colours, light and dark */
export const palette = `
:root { color-scheme: light dark; --ground: #fff; --card: #f7f7f5; --text: #1c1c1a; --quiet: #62625c; --line: #c9c9c2; --grid: #e6e6e0; --accent: #1f5fbf; --above: #176b37; --below: #a8321d; }
@media (prefers-color-scheme: dark) { :root { --ground: #161618; --card: #1f1f22; --text: #ececea; --quiet: #a3a39d; --line: #4c4c50; --grid: #2d2d31; --accent: #7fb0ff; --above: #74cf95; --below: #ff9a85; } }
`

/** slices by which queries can be filtered without a script */
export const FILTERS = 12

/** on paper the page is light, and folded sections are open */
const print = `@media print {
:root { color-scheme: light; --ground: #fff; --card: #f7f7f5; --text: #1c1c1a; --quiet: #55554f; --line: #c9c9c2; --grid: #e6e6e0; --accent: #1f5fbf; --above: #176b37; --below: #a8321d; }
body { max-width: none; padding: 0; font-size: 10pt; }
details::details-content { content-visibility: visible; height: auto; }
.filter { display: none; }
.table, figure div { overflow: visible; }
table { font-size: 7.5pt; } th, td { padding: .2rem .35rem; }
.card, figure, tr, .query { break-inside: avoid; }
}
`

export const pageStyle = `${palette}* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 60rem; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.02em; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; }
header p, figcaption, small, dt { color: var(--quiet); }
section { margin-top: 2.75rem; }
ul { margin: 0; padding-left: 1.2rem; } li { margin: .4rem 0; max-width: 48rem; overflow-wrap: anywhere; }
figure { margin: 0 0 1.25rem; } figure div { overflow-x: auto; } figcaption { margin-top: .5rem; font-size: .85rem; max-width: 42rem; }
code { font: .9em ui-monospace, monospace; }
.table { overflow-x: auto; background: var(--card); border-radius: .6rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { padding: .55rem .9rem; text-align: right; vertical-align: top; white-space: nowrap; border-top: 1px solid var(--grid); }
thead th { border: 0; color: var(--quiet); font-weight: 500; }
th:first-child { text-align: left; font-weight: 500; }
tbody th small { white-space: normal; max-width: 16rem; }
td small, th small { display: block; font-size: .78rem; font-weight: 400; }
.best { font-weight: 700; } .above { color: var(--above); } .below { color: var(--below); }
dl { margin: 0; } dl div { display: grid; grid-template-columns: minmax(7rem, 14rem) 1fr; gap: 1rem; padding: .4rem 0; border-top: 1px solid var(--grid); }
dl div:first-child { border: 0; } dd { margin: 0; font-variant-numeric: tabular-nums; }
@media (max-width: 34rem) { dl div { grid-template-columns: 1fr; gap: 0; } }
header p, p, dd { overflow-wrap: anywhere; }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; margin: 1.75rem 0; }
section.card { margin: 0; padding: .9rem 1.1rem; background: var(--card); border-radius: .6rem; border-left: .3rem solid var(--line); }
.card.above { border-color: var(--above); color: inherit; } .card.below { border-color: var(--below); color: inherit; }
.card h2 { margin: 0; font-size: .9rem; font-weight: 500; color: var(--quiet); } .card p { margin: .15rem 0; font-size: .85rem; color: var(--quiet); }
.card p.verdict { margin: .2rem 0 .5rem; font-size: 1.25rem; font-weight: 650; line-height: 1.25; color: var(--text); text-wrap: balance; }
.alert { padding: .75rem 1rem; border: 1px solid var(--below); border-radius: .6rem; }
details.topic { margin-top: .75rem; border-top: 1px solid var(--grid); padding-top: .75rem; }
summary { cursor: pointer; } .topic > summary h2 { display: inline; } .topic[open] > summary { margin-bottom: .75rem; }
.filter { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .75rem 0; padding: 0; border: 0; min-width: 0; } .filter legend { float: left; margin-right: 1rem; color: var(--quiet); }
.query { border-top: 1px solid var(--grid); padding: .4rem 0; overflow-wrap: anywhere; } .query b { font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; } .pair ol { margin: .25rem 0; padding-left: 1.4rem; } .pair li { font-size: .9rem; } .pair h4 { margin: 0; font-size: .85rem; }
${Array.from({ length: FILTERS }, (_, at) => `.queries:has([value="s${at}"]:checked) .query:not(.s${at})`).join(', ')} { display: none; }
${print}`
