import { Type, type Static } from '@sinclair/typebox';

export const testFrameworks = ['vitest', 'jest', 'node', 'mocha', 'pytest', 'go', 'cargo', 'command', 'script'] as const;
export type TestFramework = (typeof testFrameworks)[number];

const argument = Type.String({ maxLength: 10_000 });

/** How tests are run; the same for what counts them and what measures their coverage. */
export const testRunOptions = {
  framework: Type.Optional(Type.Union(testFrameworks.map((name) => Type.Literal(name)), { description: 'Default: what the base has.' })),
  args: Type.Optional(Type.Array(argument, { maxItems: 200, description: 'Given to the framework besides what the project itself gives it.' })),
  command: Type.Optional(Type.Array(argument, { minItems: 1, maxItems: 200, description: 'Program and arguments, run without a shell.' })),
  missing: Type.Optional(Type.Union([Type.Literal('errored'), Type.Literal('unscored')], { default: 'errored', description: 'What it is when the framework is not installed.' })),
};

export const TestsOptionsSchema = Type.Object(
  {
    ...testRunOptions,
    junit: Type.Optional(Type.String({ minLength: 1, description: 'JUnit file, or a folder of them, that `command` writes; relative to the tree. One that was there before is removed.' })),
    coverage: Type.Optional(Type.Boolean({ default: false, description: 'Measures coverage in the same run, for the evaluator `coverage`.' })),
    compare: Type.Optional(Type.Boolean({ default: true, description: 'Compares with the base, whose tests are run as well: what passed there must still be there and pass.' })),
    onlyNew: Type.Optional(Type.Boolean({ default: false, description: 'Tests that fail at the base already do not make it fail.' })),
    removed: Type.Optional(Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('ignore')], { default: 'error', description: 'Tests that passed at the base and are gone or skipped.' })),
    failToPass: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 1000, description: 'Names of tests that must be there and pass.' })),
    baseTests: Type.Optional(Type.Boolean({ default: false, description: 'Lays the test files of the base over the tree before it runs them.' })),
    testFiles: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Globs of the files that are tests. Default: by their usual names.' })),
  },
  { additionalProperties: false },
);
export type TestsOptions = Static<typeof TestsOptionsSchema>;

const percent = Type.Optional(Type.Number({ minimum: 0, maximum: 100 }));

export const CoverageOptionsSchema = Type.Object(
  {
    ...testRunOptions,
    report: Type.Optional(Type.String({ minLength: 1, description: 'Coverage file that `command` writes, relative to the tree: JSON of istanbul, lcov or cobertura.' })),
    shared: Type.Optional(Type.Boolean({ default: false, description: 'Takes the run of the evaluator `tests` of the same options, which must measure coverage.' })),
    minLines: percent,
    minBranches: percent,
    minFunctions: percent,
    minChangedLines: percent,
  },
  { additionalProperties: false },
);
export type CoverageOptions = Static<typeof CoverageOptionsSchema>;
