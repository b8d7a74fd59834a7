/** The rooms: a package imports only from rows above its own; services never import services. */
const rows = [
  ['prelude'],
  ['api'],
  ['cel'],
  ['kinds', 'bus', 'images', 'grpc'],
  ['log', 'log-stream', 'runtime', 'csi', 'net', 'logs', 'service'],
  ['projection'],
  ['webhooks'],
  ['custom'],
  ['commands'],
  ['controller'],
  ['replay'],
]
const any = names => `^libs/(${names.join('|')})/`

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...rows.flatMap((names, row) =>
      names.map(name => ({
        name: `row-${row}-${name}`,
        comment: 'a library imports only from rows above its own',
        severity: 'error',
        from: { path: `^libs/${name}/src/` },
        to: {
          path: any(
            rows
              .slice(row)
              .flat()
              .filter(other => other !== name),
          ),
        },
      })),
    ),
    {
      name: 'services-apart',
      comment: 'the composition root alone imports services; the command line imports the composition root',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/', pathNot: '^services/(cluster/src/roles|cli/src)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'command-line-apart',
      severity: 'error',
      from: { path: '^services/cli/src/' },
      to: { path: '^services/', pathNot: '^services/(cli|cluster)/' },
    },
    { name: 'libs-know-no-services', severity: 'error', from: { path: '^libs/' }, to: { path: '^services/' } },
    {
      name: 'front-doors-only',
      comment: 'a package is entered through its index',
      severity: 'error',
      from: { path: '^(libs|services)/([^/]+)/' },
      to: { path: '^(libs|services)/([^/]+)/src/(?!(?:index|contract|roles|supervisor)\\.ts$)', pathNot: '^$1/$2/' },
    },
    {
      name: 'one-door-to-fp-ts',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: '^libs/(prelude|api)/' },
      to: { path: 'node_modules/fp-ts' },
    },
    {
      name: 'one-door-to-nats',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: '^libs/bus/' },
      to: { path: 'node_modules/(nats|@nats-io)' },
    },
    {
      name: 'one-door-to-redis',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: '^libs/projection/' },
      to: { path: 'node_modules/ioredis' },
    },
    { name: 'resolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
