/**
 * What a pull or merge request is compared with, as the CI server says it; undefined elsewhere.
 * Sources: https://docs.github.com/actions/reference/variables-reference, https://docs.gitlab.com/ci/variables/predefined_variables
 */
export function baseOfContinuousIntegration(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env['GITHUB_ACTIONS'] === 'true') return prefixed('origin/', env['GITHUB_BASE_REF']);
  if (env['GITLAB_CI'] === 'true') return prefixed('', env['CI_MERGE_REQUEST_DIFF_BASE_SHA']);
  return undefined;
}

/** Servers give an empty text where there is no such request. */
function prefixed(prefix: string, value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : `${prefix}${value}`;
}
