/** The style of pages about several runs, in the colours of a run's own report. Every class stands for a part of pages/ or history/. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --surface: #ffffff; --text: #171b21; --muted: #555f6b; --line: #dde1e6; --line-strong: #b4bcc6;
  --accent: #1f5fa8; --pass: #176b43; --fail: #b3261e; --unknown: #80550a;
  --band-pass: #14603c; --band-fail: #a1211a; --band-unknown: #76500c; --typical: #e6ecf4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1318; --surface: #161b22; --text: #e8ebef; --muted: #a0a9b4; --line: #2a313a; --line-strong: #4a545f;
    --accent: #7db4ef; --pass: #58c796; --fail: #ff8a7d; --unknown: #e3b24c;
    --band-pass: #10462e; --band-fail: #7a1d17; --band-unknown: #59400f; --typical: #222c39;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', system-ui, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, dl, dd, figure { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 0.87em; }
.inner { max-width: 76rem; margin: 0 auto; padding-inline: clamp(1rem, 4vw, 2rem); }
.band { color: #ffffff; padding-block: 1.1rem 1.7rem; }
.band-pass { background: var(--band-pass); } .band-fail { background: var(--band-fail); }
.band-unknown { background: var(--band-unknown); } .band-none { background: var(--surface); color: var(--text); border-bottom: 1px solid var(--line); }
.band-top { font-size: 0.87rem; } .band-top strong { margin-right: 1.2rem; }
.band h1 { display: flex; align-items: center; gap: 0.8rem; font-size: clamp(2rem, 6vw, 3.2rem); line-height: 1.1; letter-spacing: -0.02em; margin-block: 1.1rem 0.5rem; }
.band .sign { width: 1em; height: 1em; }
.band-claim { font-size: clamp(1.02rem, 2.2vw, 1.2rem); max-width: 68ch; }
main { padding-block: 1.6rem 3rem; }
section { margin-top: 2rem; } section:first-child { margin-top: 0; }
h2 { font-size: 1.15rem; margin-bottom: 0.6rem; } h3 { font-size: 0.86rem; font-weight: 600; }
.note { color: var(--muted); font-size: 0.9rem; max-width: 80ch; } .note + .note, .note + * { margin-top: 0.6rem; }
.table { position: relative; overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-size: 0.88rem; }
th, td { padding: 0.5rem 0.6rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
th:first-child { padding-left: 1rem; }
thead th { color: var(--muted); font-size: 0.8rem; font-weight: 600; vertical-align: bottom; }
tbody tr { border-top: 1px solid var(--line); } tbody th { font-weight: 600; min-width: 9rem; }
th small, td small { display: block; color: var(--muted); font-weight: 400; font-size: 0.82rem; }
.number { text-align: right; white-space: nowrap; } thead .number { white-space: normal; }
.wide { min-width: 17rem; } .words { display: inline-block; max-width: 100%; } a .words { text-decoration: underline; } td small { white-space: nowrap; } .wide small, .usual { white-space: normal; }
.signs { position: absolute; width: 0; height: 0; }
.over { color: var(--fail); font-weight: 650; } .flag { color: var(--unknown); font-weight: 650; }
.verdict { white-space: nowrap; font-weight: 600; }
.sign { width: 1.05em; height: 1.05em; vertical-align: -0.15em; fill: none; stroke: currentColor; stroke-width: 2; }
.verdict .sign { margin-right: 0.35em; }
.is-pass { color: var(--pass); } .is-fail { color: var(--fail); } .is-unknown { color: var(--unknown); }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem 1rem; margin-top: 1rem; }
.card-head { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; align-items: baseline; justify-content: space-between; }
.card h2 { font-size: 1rem; margin: 0; } .card-head p { color: var(--muted); font-size: 0.88rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1rem 1.5rem; margin-top: 0.8rem; }
.chart svg { display: block; width: 100%; height: auto; }
.chart-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.8rem; align-items: baseline; }
.chart-head p, figcaption { font-size: 0.82rem; color: var(--muted); }
.chart-line { fill: none; stroke: var(--line-strong); stroke-width: 1.2; }
.chart-typical { fill: var(--typical); }
.chart-budget { stroke: var(--fail); stroke-dasharray: 5 3; stroke-width: 1.2; }
.chart-change { stroke: var(--muted); stroke-dasharray: 1.5 3; stroke-width: 1; }
.chart-base { stroke: var(--line); stroke-width: 1; }
.dot { stroke-width: 2; } .dot-pass { fill: var(--pass); stroke: var(--pass); }
.dot-fail { fill: none; stroke: var(--fail); } .dot-unknown { fill: var(--surface); stroke: var(--unknown); }
.dot-outlier { fill: none; stroke: var(--unknown); stroke-width: 1.4; }
.chart text { fill: var(--muted); font-size: 10px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; font-size: 0.85rem; color: var(--muted); }
.legend svg { width: 1.5rem; height: 0.9rem; vertical-align: -0.1em; margin-right: 0.3rem; }
.changes { margin-top: 0.8rem; font-size: 0.86rem; } .changes li + li { margin-top: 0.2rem; } .changes time { font-weight: 600; margin-right: 0.5rem; }
details { margin-top: 0.8rem; } summary { cursor: pointer; font-size: 0.88rem; color: var(--accent); } details .table { margin-top: 0.6rem; }
.details { font-size: 0.86rem; color: var(--muted); margin-top: 0.25rem; }
footer { color: var(--muted); font-size: 0.86rem; border-top: 1px solid var(--line); padding-block: 1rem 2rem; }
@media (max-width: 720px) {
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { display: block; padding: 0.6rem 1rem; } .stack th, .stack td { display: block; padding: 0.1rem 0; min-width: 0; text-align: left; white-space: normal; }
  .stack [data-label]::before { content: attr(data-label) ': '; color: var(--muted); font-weight: 400; }
  .stack td:empty { display: none; }
}
@media (forced-colors: active) { .band { border-bottom: 2px solid; } .dot-pass { fill: CanvasText; } }
@media print { .band { color: inherit; background: none; } details > * { display: block; } .card, tr { break-inside: avoid; } }
`
