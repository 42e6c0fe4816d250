import type { FoundIssue } from '../../model/evalResult';
import type { ReviewedChange } from './integrityRule';

const results = /(?:^|\/)(?:[\w.-]*junit[\w.-]*\.xml|TEST-[\w.-]+\.xml|(?:test|pytest|nosetests|xunit)[_-]?(?:results?|report|output)[\w.-]*\.(?:xml|json|tap|trx|html)|[\w.-]+\.trx|lcov\.info|[\w.-]+\.lcov|coverage(?:-final|-summary)?\.(?:xml|json|out|lcov)|cobertura[\w.-]*\.xml|clover\.xml|\.coverage(?:\.[\w.-]+)?|coverage\.py|jacoco[\w.-]*\.(?:xml|exec)|eslint-report\.json|checkstyle-result\.xml)$|(?:^|\/)(?:test-results|\.nyc_output|htmlcov|coverage\/lcov-report|surefire-reports|allure-results)\//i;
/** What tests compare with is no result of theirs. */
const samples = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-data|golden|samples?|examples?|__snapshots__|docs?|data|mocks?|__mocks__|resources)\//i;
/** A module of that name. */
const sourceNames = /(?:^|\/)coverage\.py$/i;

/** Reports of tests and coverage in the tree, where tools write them and gates read them: `result-file`. */
export function resultFiles({ sources }: ReviewedChange): readonly FoundIssue[] {
  return sources.flatMap(({ change: { path, change } }): FoundIssue[] =>
    change === 'deleted' || !results.test(path) || samples.test(path) || sourceNames.test(path) ? [] : [{ ruleId: 'result-file', severity: 'error', file: path, message: `${path} is a result that a tool writes; in the change it could stand for one that nobody got.` }],
  );
}
