"""The style sheet of the HTML page: its own colours for light and dark, readable on a phone and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #57606a; --paper: #fff; --line: #d0d7de; --field: #f6f8fa;
  --bad: #cf222e; --warn: #9a6700; --good: #1a7f37; --link: #0550ae; --now: #0969da; --beyond: #ffebe9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117; --line: #3d444d; --field: #151b23;
    --bad: #ff7b72; --warn: #d29922; --good: #3fb950; --link: #79c0ff; --now: #58a6ff; --beyond: #3c1618; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.125rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
header { margin-bottom: 1.25rem; padding: 1rem; border: 1px solid var(--line); border-left: .5rem solid var(--soft);
  border-radius: .375rem; background: var(--field); }
header.failed, header.error { border-left-color: var(--bad); }
header.warned { border-left-color: var(--warn); }
header.passed { border-left-color: var(--good); }
.lead + .lead { margin-top: .875rem; }
.reason { font-weight: 600; }
.source, footer { color: var(--soft); font-size: .875rem; }
code, pre { font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { padding: .1em .3em; border-radius: .25em; background: var(--field); white-space: break-spaces; }
header code { background: var(--paper); }
pre { margin: .5rem 0; padding: .75rem; max-height: 30rem; overflow: auto; border: 1px solid var(--line);
  border-radius: .375rem; background: var(--field); overflow-wrap: normal; }
.wide { margin: .5rem 0; overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .375rem .625rem; border: 1px solid var(--line); text-align: left; vertical-align: middle;
  overflow-wrap: break-word; }
thead th, thead td { background: var(--field); }
tbody th { font-weight: 400; }
.right { text-align: right; white-space: nowrap; }
.center { text-align: center; white-space: nowrap; }
tr.failed td:first-child, tr.error td:first-child, tr.failed > th:first-child, tr.error > th:first-child {
  box-shadow: inset 3px 0 var(--bad); }
tr.warned td:first-child, tr.warned > th:first-child { box-shadow: inset 3px 0 var(--warn); }
details { margin: .5rem 0; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: .375rem; }
summary { padding: .25rem 0; cursor: pointer; font-weight: 600; }
ul { padding-left: 1.25rem; }
li { margin: .75rem 0; }
footer { margin-top: 2rem; padding-top: .75rem; border-top: 1px solid var(--line); }
svg { display: block; max-width: none; }
.beyond { fill: var(--beyond); }
.tolerated, .none { stroke: var(--soft); stroke-width: 1; }
.tolerated { stroke-dasharray: 3 2; }
.range { stroke: var(--ink); stroke-width: 2; }
.value { fill: var(--now); stroke: var(--paper); stroke-width: 1; }
tr.failed .value { fill: var(--bad); }
tr.warned .value { fill: var(--warn); }
tr.passed .value { fill: var(--good); }
rect.now { fill: var(--now); }
rect.before { fill: none; stroke: var(--ink); stroke-width: 1; }
@media (max-width: 40rem) {
  body { padding: .5rem; }
  h1 { font-size: 1.25rem; }
  table { font-size: .875rem; }
  th, td { padding: .25rem .35rem; }
}
@media print {
  :root { color-scheme: light; }
  details::details-content { content-visibility: visible; height: auto; }
  .wide, pre { overflow: visible; max-height: none; }
}
"""
