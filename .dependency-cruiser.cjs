// Imports go downwards only: app, middleware, instrumentation -> http -> lib -> contracts; components -> contracts.
// Types count as imports: a layer that knows another's types cannot be moved without it.

const NEXT = '(^|/)node_modules/(next|next-auth)/'

// The key layer, which other apps take, and the club app around it: every other room of lib.
const ROOMS =
  '(audit|auth|db|events|idempotency|import|leaks|limits|outbox|people|permissions|policy|process|reminders|sweep|usage|webhooks)/'
const LAYER = `^src/(http/|lib/(?!env\\.ts)[^/]+\\.ts$|lib/${ROOMS})`
const APP = `^src/(app/|components/|[^/]+\\.tsx?$|lib/env\\.ts$|lib/(?!${ROOMS})[^/]+/)`
const APPS_PACKAGES =
  '(^|/)node_modules/(next-auth|@node-rs/argon2|nodemailer|openid-client|@zxcvbn-ts/[^/]+)/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'contracts-know-only-zod',
      comment:
        'The public API is described by zod schemas alone, so that clients, documents and tests can use them without the server.',
      severity: 'error',
      from: { path: '^src/contracts/' },
      to: { pathNot: ['^src/contracts/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'components-know-only-contracts',
      comment:
        'Components run in the browser: what they import is sent there. They get data and actions as props.',
      severity: 'error',
      from: { path: '^src/components/' },
      to: { path: '^src/', pathNot: '^src/(components|contracts)/' },
    },
    {
      name: 'components-take-types-of-contracts',
      comment:
        'A contract is made of zod, and one value of it brings all of that to the browser. Words come from the server, as props; bounds.ts is numbers alone, and unseen.ts is about characters.',
      severity: 'error',
      from: { path: '^src/components/' },
      to: {
        path: '^src/contracts/',
        pathNot: '^src/contracts/(bounds|unseen)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'gallery-shows-components-alone',
      comment:
        'It proves that they need no server: data, actions and words come from gallery/data. Beside them it draws mails, from plain data as well.',
      severity: 'error',
      from: { path: '^gallery/' },
      to: {
        path: '^src/',
        pathNot: '^src/(components/|contracts/|lib/letters/as-html\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'lib-knows-no-http',
      comment:
        'A verb is called from REST, the dashboard and the command line alike: it sees an actor and input, never a request or a page.',
      severity: 'error',
      from: { path: '^src/lib/' },
      to: { path: '^src/', pathNot: '^src/(lib|contracts)/' },
    },
    {
      name: 'http-knows-no-framework',
      comment:
        'http/ speaks the Web’s Request and Response, so that its handlers can be mounted on another server.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: ['^src/', NEXT], pathNot: '^src/(http|lib|contracts)/' },
    },
    {
      name: 'key-layer-knows-no-app',
      comment:
        'Other apps take the key layer without the club app. Who is signed in comes through the session port, what is known of people and clubs through lib/people.',
      severity: 'error',
      from: { path: LAYER },
      to: { path: [APP, APPS_PACKAGES] },
    },
    {
      name: 'package-brings-the-layer-alone',
      comment: 'Of the app it takes only how the environment is read, for hosts that say nothing else.',
      severity: 'error',
      from: { path: '^src/package/' },
      to: { path: APP, pathNot: '^src/lib/env\\.ts$' },
    },
    {
      name: 'client-stands-alone',
      comment:
        'It runs in browsers, on phones and at the edge: nothing of the server, whose API it knows by generated types, and nothing of Node.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: ['^src/client/', '(^|/)node_modules/openapi-fetch/'] },
    },
    {
      name: 'entry-points-are-not-imported',
      comment:
        'middleware.ts and instrumentation.ts are called by the framework; what others need of them belongs in http/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/(middleware|instrumentation)\\.ts$' },
    },
    {
      name: 'generated-client-stays-in-lib',
      comment: 'Rows and filters of the database are lib’s business; above it there are only contracts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/lib/' },
      to: { path: '^src/lib/db/generated/' },
    },
    {
      name: 'src-stands-alone',
      comment: 'The product does not import its tools or tests: they are not shipped with it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(scripts|prisma|bench|chaos|gallery|mutation|attack|examples|__tests__)/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Two modules that import each other are one module in two files, and which of them runs first is luck.',
      severity: 'error',
      from: { pathNot: '^src/lib/db/generated/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it and it imports nothing: delete it.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['^src/app/', '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'no-development-dependencies',
      comment: 'Installed with --omit=dev, the product would not start: move the package to dependencies.',
      severity: 'error',
      from: { path: '^(src|scripts|prisma)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'It is there by luck, through another package. Declare it with its exact version.',
      severity: 'error',
      from: { pathNot: '^src/lib/db/generated/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'imports-resolve',
      comment:
        'The module is not there. (After a fresh clone the generated Prisma client is missing until setup has run.)',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/', '^src/lib/db/generated/'] },
    exclude: { path: '(^|/)\\.next|^bench/peers/|^fixtures/sign-ins/' },
    // bench has a package.json of its own for those it is measured against; all else it takes from ours.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
