// The look of report.html. The pictures take their colours from the same variables.

/** the colours, light and dark */
export const palette = `
:root { color-scheme: light dark; --ground: #fff; --card: #f7f7f5; --text: #1c1c1a; --quiet: #62625c; --line: #c9c9c2; --grid: #e6e6e0; --accent: #1f5fbf; --above: #176b37; --below: #a8321d; }
@media (prefers-color-scheme: dark) { :root { --ground: #161618; --card: #1f1f22; --text: #ececea; --quiet: #a3a39d; --line: #4c4c50; --grid: #2d2d31; --accent: #7fb0ff; --above: #74cf95; --below: #ff9a85; } }
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
`
