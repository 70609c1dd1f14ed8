/**
 * What the page may load, run and talk to. The document's policy stands in its own head, for
 * hosts that send no headers, and in the headers of our server; workers have theirs in headers.
 */
import type { Plugin } from 'vite';

/** The Hub, and the servers its files come from. */
const hub = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'];

type Directives = Readonly<Record<string, readonly string[]>>;

const everywhere: Directives = {
  'default-src': ["'none'"],
  'connect-src': ["'self'", ...hub],
};

const documents: Directives = {
  ...everywhere,
  'script-src': ["'self'"],
  // Dialogs lock the page's scrolling by a style of their own, whose text no list can foresee.
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'blob:'],
  'manifest-src': ["'self'"],
  'worker-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['default'],
};

/** TensorFlow.js starts its threads from blobs, which take over the policy of the worker that made them. */
const workers: Directives = {
  ...everywhere,
  'script-src': ["'self'", 'blob:', "'wasm-unsafe-eval'"],
  'worker-src': ["'self'", 'blob:'],
};

/** Only a header may say it. */
const unframed: Directives = { 'frame-ancestors': ["'none'"] };

/** The policy that goes with the answer to a path. */
export function policyFor(path: string): string {
  return path.endsWith('.js') ? textOf(workers) : textOf({ ...documents, ...unframed });
}

/** Writes the policy into built documents and sends it with everything our server serves. */
export function contentSecurity(): Plugin {
  return {
    name: 'content-security',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        response.setHeader('Content-Security-Policy', policyFor(pathname));
        response.setHeader('Referrer-Policy', 'no-referrer');
        response.setHeader('X-Content-Type-Options', 'nosniff');
        next();
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { server }) =>
        // What serves the sources injects scripts of its own.
        server
          ? []
          : [
              {
                tag: 'meta',
                attrs: { 'http-equiv': 'Content-Security-Policy', content: textOf(documents) },
                injectTo: 'head-prepend',
              },
            ],
    },
  };
}

function textOf(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
}
