"""How the written report looks: JupyterLab's colours where they are, else light or dark as the reader's system is."""

CSS = """
.mlstudio-report { --l-ink: #1f2430; --l-soft: #5b6474; --l-paper: #ffffff; --l-tile: #f4f6f9; --l-rule: #d8dde6;
 --l-blue: #2f6fb7; --red: #b3261e; --amber: #96600a; --green: #2b6b45;
 --ink: var(--jp-content-font-color1, var(--l-ink)); --soft: var(--jp-content-font-color2, var(--l-soft));
 --paper: var(--jp-layout-color0, var(--l-paper)); --tile: var(--jp-layout-color2, var(--l-tile));
 --rule: var(--jp-border-color2, var(--l-rule)); --blue: var(--jp-brand-color1, var(--l-blue));
 color: var(--ink); background: var(--paper); font: 14px/1.5 system-ui, sans-serif;
 max-width: 1080px; padding: 1px 20px 24px; }
@media (prefers-color-scheme: dark) {
 .mlstudio-report { --l-ink: #e4e7ee; --l-soft: #a3acbb; --l-paper: #16181d; --l-tile: #23272f; --l-rule: #3a404b;
  --l-blue: #6ea8e6; --red: #f2867d; --amber: #e3b15c; --green: #7cc79a; } }
.mlstudio-report h1 { font-size: 22px; margin: 20px 0 4px; overflow-wrap: anywhere; }
.mlstudio-report h2 { font-size: 16px; margin: 28px 0 8px; border-bottom: 1px solid var(--rule); padding-bottom: 4px; }
.mlstudio-report h3 { font-size: 14px; margin: 0; overflow-wrap: anywhere; }
.mlstudio-report p { margin: 4px 0; overflow-wrap: anywhere; }
.mlstudio-report .soft, .mlstudio-report figcaption { color: var(--soft); font-size: 12px; }
.mlstudio-report .tiles, .mlstudio-report .charts { display: flex; flex-wrap: wrap; gap: 12px; margin: 12px 0; }
.mlstudio-report .tile { background: var(--tile); border-radius: 4px; padding: 8px 14px; min-width: 96px; }
.mlstudio-report .tile b { display: block; font-size: 18px; font-variant-numeric: tabular-nums; }
.mlstudio-report article { border-left: 4px solid var(--rule); padding: 6px 12px; margin: 10px 0; break-inside: avoid; }
.mlstudio-report article.high { border-color: var(--red); }
.mlstudio-report article.medium { border-color: var(--amber); }
.mlstudio-report article.low { border-color: var(--green); }
.mlstudio-report .word { font-size: 11px; text-transform: uppercase; letter-spacing: .05em; margin-right: 8px; }
.mlstudio-report .high .word { color: var(--red); } .mlstudio-report .medium .word { color: var(--amber); }
.mlstudio-report .low .word { color: var(--green); }
.mlstudio-report code { background: var(--tile); color: var(--ink); padding: 0 4px;
 border-radius: 3px; font-size: 12px; }
.mlstudio-report figure { margin: 0; break-inside: avoid; max-width: min(100%, 640px); overflow-x: auto; }
.mlstudio-report table { border-collapse: collapse; font-variant-numeric: tabular-nums;
 font-size: 13px; color: var(--ink); }
.mlstudio-report th, .mlstudio-report td { padding: 3px 10px; border-bottom: 1px solid var(--rule); text-align: right; }
.mlstudio-report th:first-child { text-align: left; }
.mlstudio-report svg { font: 11px system-ui, sans-serif; max-width: 100%; height: auto; }
.mlstudio-report svg text { fill: var(--ink); }
.mlstudio-report svg text.cell, .mlstudio-report svg text.over { text-anchor: middle; font-size: 10px; }
.mlstudio-report svg text.over { fill: var(--paper); }
.mlstudio-report .bar { fill: var(--blue); }
.mlstudio-report .pale { fill: var(--rule); }
.mlstudio-report .below { fill: #c2692b; }
.mlstudio-report .line { fill: none; stroke: var(--blue); stroke-width: 2; }
.mlstudio-report .dot { fill: var(--blue); stroke: none; }
.mlstudio-report .line1 { stroke: #c2692b; }
.mlstudio-report .line2 { stroke: #3f8f5f; }
.mlstudio-report .line3 { stroke: #8a63c9; }
.mlstudio-report .line4 { stroke: #a0782c; }
.mlstudio-report circle.line1 { fill: #c2692b; } .mlstudio-report circle.line2 { fill: #3f8f5f; }
.mlstudio-report circle.line3 { fill: #8a63c9; } .mlstudio-report circle.line4 { fill: #a0782c; }
.mlstudio-report .frame { fill: none; stroke: var(--rule); } .mlstudio-report .rule { stroke: var(--soft); }
@media print { .mlstudio-report { --l-ink: #000; --l-soft: #444; --l-paper: #fff; --l-tile: #f1f1f1; --l-rule: #bbb;
 --l-blue: #2f6fb7; --red: #b3261e; --amber: #96600a; --green: #2b6b45; max-width: none; } }
"""
