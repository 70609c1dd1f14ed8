/** The page of an exported demo, with everything in it but the model and ONNX Runtime's WebAssembly. */
import { code, licenses } from '../../../demo/main.ts?one-script';

/** Of what the page brings along. ONNX Runtime's package leaves its text out. */
export const demoLicenses = `${licenses.trimEnd()}

Copyright (c) Microsoft Corporation. The terms are the same as those above.
`;

const STYLE = `
:root { color-scheme: light dark; --page: #f5f4f1; --surface: #fff; --line: #dedad3; --edge: #847e74; --text: #1c1a17; --muted: #504b44; --accent: #0b5560; --on-accent: #fff; --soft: #cfe3e5; --problem: #8f1420; }
@media (prefers-color-scheme: dark) { :root { --page: #161514; --surface: #1f1e1c; --line: #3a3733; --edge: #8f887d; --text: #f1eee9; --muted: #c4bdb2; --accent: #7fd0dc; --on-accent: #0c2226; --soft: #1d4147; --problem: #ffb4b8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { display: grid; gap: 16px; max-width: 720px; margin: 0 auto; padding: 24px 16px; }
h1 { margin: 0; font-size: 24px; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: 0; color: var(--muted); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.button { position: relative; display: inline-flex; align-items: center; min-height: 44px; padding: 4px 16px; border: 1px solid var(--edge); border-radius: 8px; background: var(--surface); color: var(--text); font: inherit; font-weight: 550; cursor: pointer; }
.first { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.button:has(:disabled), .button:disabled { opacity: 0.5; cursor: not-allowed; }
.button input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: inherit; }
.button:focus-visible, .button:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
video { width: 100%; max-height: 60vh; border-radius: 8px; background: #000; }
video[hidden] { display: none; }
#results { display: grid; gap: 8px; margin: 0; padding: 0; list-style: none; }
#results > li { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 16px; padding: 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
img { width: 96px; height: 96px; object-fit: cover; border-radius: 4px; }
.title { color: var(--muted); font-size: 14px; overflow-wrap: anywhere; }
.problem { display: block; color: var(--problem); }
ol { display: grid; gap: 4px; margin: 4px 0 0; padding: 0; list-style: none; }
ol > li { position: relative; display: flex; justify-content: space-between; gap: 8px; padding: 2px 8px; border-radius: 4px; overflow: hidden; }
.bar { position: absolute; inset: 0 auto 0 0; background: var(--soft); border-radius: 4px; }
.name, .share { position: relative; z-index: 1; overflow-wrap: anywhere; }
.share { flex: none; font-variant-numeric: tabular-nums; }
`;

/** @param title a person's own words. */
export function demoPage(title: string): string {
  const name = escaped(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${name}</h1>
<p>Choose images, drop them anywhere, or use the camera. Nothing leaves this computer.</p>
<div class="actions">
<label class="button first">Choose images<input id="images" type="file" accept="image/*" multiple disabled></label>
<button class="button" id="camera" type="button" disabled>Use the camera</button>
</div>
<p role="status">Opening the model …</p>
<video aria-label="Camera" playsinline muted hidden></video>
<div id="seen" aria-label="What the camera sees" role="region"></div>
<ul id="results" aria-label="Images tried"></ul>
</main>
<script src="model.js"></script>
<script src="runtime.js"></script>
<script type="module">
${code.replaceAll('</script', '<\\/script')}
</script>
</body>
</html>
`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
