"""The one style sheet of all pages: readable in light and dark, on a screen and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --back: #f5f6f8; --card: #ffffff; --good: #2f7d4f;
  --warn: #a86b00; --bad: #b3323a; --blue: #2c64b4; --tint: 44,100,180; --badtint: 179,50,58; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #98a3b1; --line: #333b46; --back: #14181d; --card: #1d2229;
  --good: #63c08a; --warn: #e0a94a; --bad: #f0797f; --blue: #7fb0f5; --tint: 127,176,245; --badtint: 240,121,127; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 78rem; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.2rem; margin: 2.6rem 0 .8rem; } h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .3rem 0 .8rem; } .soft, caption { color: var(--soft); } small { font-size: .85em; } code { font-size: .92em; }
a { color: var(--blue); }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem 1rem; min-width: 9.5rem; flex: 1; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.2; } .tile span { color: var(--soft); font-size: .85rem; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.2rem; margin: .8rem 0; overflow-x: auto; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
table { border-collapse: collapse; font-size: .9rem; } th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; border-bottom: 1px solid var(--line); }
tbody tr + tr td, tbody tr + tr th { border-top: 1px solid var(--line); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 .4rem .6rem; }
table.matrix th { font-weight: 400; font-size: .82rem; }
table.matrix td { text-align: center; min-width: 2.2rem; border: 1px solid var(--line); }
table.matrix thead th { height: 8.6rem; vertical-align: bottom; padding: 0 .2rem; border: 0; }
table.matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .soft { fill: var(--soft); }
details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .5rem 0; }
summary { cursor: pointer; padding: .6rem 1rem; } details[open] > summary { border-bottom: 1px solid var(--line); }
details > div { padding: .4rem 1.2rem 1.2rem; }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .55rem; font-size: .78rem; margin-left: .35rem; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .3rem 0 .8rem; }
.words.ours { border-color: var(--blue); } .words.theirs { border-color: var(--warn); }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .15rem .8rem; margin: .4rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.filters { margin: .6rem 0 1rem; } .filters label { margin-right: 1.1rem; cursor: pointer; }
body:has(#only-wrong:checked) details.case:not(.wrong), body:has(#only-other:checked) details.case:not(.other),
body:has(#only-human:checked) details.case:not(.human) { display: none; }
@media print { body { background: none; max-width: none; } .filters { display: none; } details { break-inside: avoid; } }
"""
