/**
 * Who may import whom. Every file stands in one room; a room names the rooms and
 * the packages it may import, and whatever is not named is an error.
 */

/** Packages, as the groups the rooms speak of. */
const packages = {
  tensorflow: ['@tensorflow/*', '@tensorflow/*/**'],
  react: [
    'react',
    'react/*',
    'react-dom',
    'react-dom/*',
    'radix-ui',
    'recharts',
    '@tanstack/react-virtual',
  ],
  zustand: ['zustand', 'zustand/*'],
  files: ['fflate', 'client-zip', '@zip.js/zip.js', 'image-size'],
  hub: ['@huggingface/hub'],
  onnx: ['@bufbuild/protobuf', '@bufbuild/protobuf/*', 'onnxruntime-web', 'onnxruntime-web/*'],
  pageKeeper: ['workbox-window'],
  offline: ['workbox-precaching'],
  database: ['idb'],
};

/** @typedef {{ name: string, files: string | string[], rooms: string[], types?: string[], packages?: (keyof typeof packages)[] }} Room */

/** The first room whose pattern fits is the file's room. `types` are open to `import type` only. @type {Room[]} */
const rooms = [
  { name: 'protocol', files: 'src/protocol.ts', rooms: [] },
  { name: 'lib', files: 'src/lib/**', rooms: ['lib'], packages: ['files'] },
  { name: 'errors', files: 'src/engine/errors.ts', rooms: [], types: ['protocol'] },
  {
    // What networks are written on: values and their gradients, parameters, the registries' rule.
    name: 'core',
    files: 'src/engine/{autograd,kept-tensors,operation,params,registry,position-embedding}.ts',
    // A parameter is laid out on the device as kernels read it.
    rooms: ['core', 'kernels', 'lib', 'errors'],
    packages: ['tensorflow'],
  },
  {
    name: 'kernels',
    files: 'src/engine/kernels/**',
    rooms: ['kernels', 'lib', 'errors'],
    packages: ['tensorflow'],
  },
  {
    name: 'ops',
    files: 'src/engine/ops/**',
    rooms: ['ops', 'kernels', 'core', 'lib', 'errors'],
    packages: ['tensorflow'],
  },
  {
    name: 'backbone-contract',
    files: 'src/engine/backbones/{contract,registry}.ts',
    rooms: ['backbone-contract', 'ops', 'core', 'lib', 'errors'],
    types: ['protocol'],
    packages: ['tensorflow'],
  },
  {
    name: 'peft-contract',
    files: 'src/engine/peft/{contract,last-blocks,registry}.ts',
    rooms: ['peft-contract', 'ops', 'core', 'lib', 'errors'],
    types: ['protocol', 'backbone-contract'],
    packages: ['tensorflow'],
  },
  {
    // What several families are read and made with.
    name: 'backbone-parts',
    files: 'src/engine/backbones/parts/**',
    rooms: ['backbone-parts', 'backbone-contract', 'ops', 'core', 'lib', 'errors'],
    packages: ['tensorflow'],
  },
  {
    name: 'backbone',
    files: 'src/engine/backbones/**',
    rooms: ['backbone-parts', 'backbone-contract', 'ops', 'core', 'lib', 'errors'],
    packages: ['tensorflow'],
  },
  {
    // What several methods are made of.
    name: 'peft-parts',
    files: 'src/engine/peft/parts/**',
    rooms: ['peft-parts', 'peft-contract', 'ops', 'core', 'lib', 'errors'],
    types: ['protocol', 'backbone-contract'],
    packages: ['tensorflow'],
  },
  {
    name: 'peft',
    files: 'src/engine/peft/**',
    rooms: ['peft-parts', 'peft-contract', 'ops', 'core', 'lib', 'errors'],
    types: ['backbone-contract'],
    packages: ['tensorflow'],
  },
  {
    // Opens the device and lets our kernels run on it.
    name: 'device',
    files: 'src/engine/backend.ts',
    rooms: ['kernels', 'lib', 'errors'],
    types: ['protocol'],
    packages: ['tensorflow'],
  },
  {
    name: 'engine',
    files: 'src/engine/**',
    rooms: [
      'engine',
      'backbone-contract',
      'peft-contract',
      'ops',
      'core',
      'lib',
      'errors',
      'demo', // as the text of a page that is exported
    ],
    types: ['protocol'],
    packages: ['tensorflow', 'files', 'hub', 'onnx'],
  },
  {
    name: 'worker',
    files: 'src/worker/**',
    rooms: [
      'worker',
      'device',
      'engine',
      'backbone-contract',
      'peft-contract',
      'core',
      'errors',
      'protocol',
      'lib',
    ],
  },
  {
    name: 'client',
    files: 'src/client/**',
    rooms: ['client', 'protocol', 'lib'],
    packages: ['pageKeeper'],
  },
  {
    // What outlives the page: all but pixels and tensors, which the worker writes.
    name: 'projects',
    files: 'src/projects/**',
    rooms: ['projects', 'lib'],
    types: ['protocol', 'client'],
    packages: ['database', 'files'],
  },
  {
    name: 'service-worker',
    files: 'src/service-worker/**',
    rooms: ['lib'],
    packages: ['offline'],
  },
  {
    // The page of an exported demo, built into one text.
    name: 'demo',
    files: 'src/demo/**',
    rooms: ['demo', 'engine', 'errors', 'lib'],
    types: ['protocol'],
    packages: ['onnx'],
  },
  {
    name: 'stores',
    files: 'src/stores/**',
    rooms: ['stores', 'projects', 'client', 'protocol', 'lib'],
    packages: ['zustand'],
  },
  {
    name: 'ui',
    files: 'src/ui/**',
    rooms: ['ui', 'stores', 'lib'],
    types: ['protocol'],
    packages: ['react', 'zustand'],
  },
  {
    name: 'main',
    files: 'src/main.tsx',
    rooms: ['client', 'projects', 'stores', 'ui', 'protocol'],
    packages: ['react'],
  },
];

/** Rooms that look at the product from outside; they may bring any package. */
const outside = [
  {
    name: 'testing',
    files: 'src/testing/**',
    rooms: ['testing', ...rooms.map((room) => room.name)],
  },
  { name: 'cli', files: 'cli/**', rooms: ['cli', 'scripts', 'client', 'protocol', 'lib'] },
  { name: 'e2e', files: 'e2e/**', rooms: ['e2e', 'scripts', 'lib'], types: ['protocol'] },
  {
    name: 'bench',
    files: 'bench/**',
    rooms: ['bench', 'cli', 'scripts', 'testing', ...rooms.map((room) => room.name)],
  },
  { name: 'scripts', files: 'scripts/**', rooms: ['scripts'] },
  { name: 'config', files: '*.config.{js,ts}', rooms: ['config', 'scripts'] },
];

const everyRoom = [...rooms, ...outside];

/** Tests stand in a room of their own: they may reach for anything, and nothing may import them. */
const tests = { category: 'test', pattern: '**/*.test.{ts,tsx}' };

/** @param {string} name @param {string[]} categories */
const toRooms = (name, categories) => ({
  from: { file: { categories: name } },
  allow: { to: categories.map((category) => ({ file: { categories: category } })) },
});

/** @param {string} name @param {string[]} categories */
const toTypes = (name, categories) => ({
  from: { file: { categories: name } },
  allow: {
    to: categories.map((category) => ({ file: { categories: category } })),
    dependency: { kind: 'type' },
  },
});

/** @param {string[]} sources */
const modules = (sources) => ({ module: { origin: 'external', source: sources } });

const anyPackage = { module: { origin: ['external', 'core'] } };

/** @param {Room} room */
function policiesOf(room) {
  const values = (room.packages ?? []).flatMap((name) => packages[name]);
  const from = { file: { categories: room.name } };
  return [
    ...(room.rooms.length > 0 ? [toRooms(room.name, room.rooms)] : []),
    ...(room.types ? [toTypes(room.name, room.types)] : []),
    ...(values.length > 0 ? [{ from, allow: { to: modules(values) } }] : []),
  ];
}

/** @param {{ name: string, rooms: string[], types?: string[] }} room */
const outsidePolicies = (room) => [
  ...policiesOf(room),
  {
    from: { file: { categories: room.name } },
    allow: { to: anyPackage },
  },
];

export const importRules = {
  settings: {
    'import/resolver': { typescript: true, node: true },
    'boundaries/legacy-templates': false,
    'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export', 'require'],
    'boundaries/files-single-match': true,
    'boundaries/files': [
      tests,
      { category: 'models', pattern: 'models/**' },
      ...everyRoom.map((room) => ({ category: room.name, pattern: room.files })),
    ],
  },
  rules: {
    'boundaries/no-unknown-files': 'error',
    'boundaries/dependencies': [
      'error',
      {
        default: 'disallow',
        checkAllOrigins: true,
        policies: [
          ...rooms.flatMap(policiesOf),
          ...outside.flatMap(outsidePolicies),
          {
            from: { file: { categories: 'test' } },
            allow: { to: [{ file: { categories: '*' } }, anyPackage] },
          },
          { disallow: { to: { file: { categories: 'test' } } } },
        ],
      },
    ],
  },
};
