import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { assemblyScript } from './scripts/assembly-script.ts';
import { contentSecurity } from './scripts/content-security.ts';
import { oneScript } from './scripts/one-script.ts';

/** WebAssembly threads need a cross-origin isolated page. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * TensorFlow.js starts its WebAssembly threads from the text of a function that reads a
 * variable around it, which minifying renames; a global of that name survives.
 */
function keepThreadsWhole(): Plugin {
  return {
    name: 'keep-wasm-threads-whole',
    transform(code, id) {
      if (!id.includes('tfjs-backend-wasm-threaded-simd.js')) return null;
      const global = code
        .replaceAll('var _scriptDir', '_scriptDir')
        .replaceAll('_scriptDir', 'globalThis._scriptDir');
      return { code: global, map: null };
    },
  };
}

/** Makes the page one that opens without a connection, once it was visited with one. */
const offline = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'src/service-worker',
  filename: 'service-worker.ts',
  // The manifest lies in public/; the page registers the worker itself.
  manifest: false,
  injectRegister: false,
  injectManifest: {
    globPatterns: ['**/*.{html,js,css,wasm,safetensors,svg,png,webmanifest,md}'],
    globIgnores: ['cli/**'],
    maximumFileSizeToCacheInBytes: 2 ** 26,
  },
});

export default defineConfig({
  plugins: [react(), assemblyScript(), oneScript(), contentSecurity(), offline],
  worker: { format: 'es', plugins: () => [keepThreadsWhole(), assemblyScript(), oneScript()] },
  server: { headers: isolation },
  preview: { headers: isolation },
  build: {
    target: 'es2022',
    license: { fileName: 'third-party-licenses.md' },
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: { main: resolve('index.html'), driver: resolve('cli/driver.html') },
    },
  },
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
      '@tanstack/react-virtual',
      'radix-ui',
      'recharts',
      'zustand',
      'zustand/vanilla',
      '@zip.js/zip.js/lib/zip-core-native.js',
      '@bufbuild/protobuf',
      '@bufbuild/protobuf/codegenv2',
      '@bufbuild/protobuf/wire',
      'onnxruntime-web/wasm',
      'react',
      'react-dom',
      'react-dom/client',
      'react/jsx-dev-runtime',
    ],
  },
});
